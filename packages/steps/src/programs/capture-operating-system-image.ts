import { mkdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StepContext, StepProgram } from '@bootwright/api'
import type {
  CaptureDestination,
  CaptureOperatingSystemImageOptions,
} from '../definitions/capture-operating-system-image.ts'
import { CAPTURED, type InstalledSystem, installedSystem } from './linux/find-system.ts'
import { deviceOf, diskWith, partitionsOf, property } from './linux/volumes.ts'
import { runWimlib } from './linux/wimlib.ts'
import { DISK_FULL, runOrThrow } from './run-program.ts'
import { revealed } from './secret.ts'
import { connectShare } from './share.ts'

/** What belongs to the running of a system, or to this sequence, and to no image. */
const EXCLUDED = `[ExclusionList]
/_SMSTaskSequence
/lost+found
/proc/*
/sys/*
/swapfile
/$ntfs.log
/hiberfil.sys
/pagefile.sys
/swapfile.sys
/System Volume Information
/RECYCLER
/$Recycle.Bin
/Windows/CSC
`
const DESTINATION = 'the destination'
/** A compressed image was hardly ever smaller than this part of what it holds. */
const SMALLEST_PART = 0.25
/** Bytes a second, of a slow disk: for a word about time before it starts. */
const SLOW_RATE = 40e6
const COMPRESSION = { fast: 'fast', medium: 'LZX', maximum: 'LZMS' } as const

const program: StepProgram<CaptureOperatingSystemImageOptions> = {
  async run(options, context) {
    const { log } = context
    const system = await installedSystem(context)
    const destination = await destinationOf(options, context)
    const volumes = await volumesWith(system, destination, context)
    const folder = await openDestination(context, destination)
    const wim = join(folder, destination.path)
    const isThere = (await stat(wim).catch(() => undefined)) !== undefined
    if (isThere && !options.overwrite)
      throw new Error(
        `${destination.path} is on ${placeOf(destination)} already; choose another name, or say overwrite: true`,
      )
    await checkSpace(folder, volumes, context)
    await mkdir(dirname(wim), { recursive: true })
    const unfinished = `${wim}.unfinished`
    await rm(unfinished, { force: true })
    try {
      for (const [index, volume] of volumes.entries())
        await capture(context, {
          volume,
          wim: unfinished,
          isFirst: index === 0,
          words: wordsOf(options, system, volume, context),
          options,
        })
      log.info('verifying what was written')
      await runWimlib(context, ['verify', unfinished], DESTINATION)
      await rename(unfinished, wim)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
    await closeDestination(context, destination)
    log.info(`${destination.path} on ${placeOf(destination)} has ${volumes.length} images`)
  },
}
export default program

interface Volume {
  readonly device: string
  readonly fileSystem: string
  /** Bytes in use. */
  readonly used: number
  readonly isSystem: boolean
}

async function destinationOf(
  { destination }: CaptureOperatingSystemImageOptions,
  context: StepContext,
): Promise<CaptureDestination> {
  const named = context.variables.get('OSDCaptureDestination')
  if (named === undefined && destination !== undefined) return destination
  const written =
    named ??
    (await context.prompt(
      'Where shall the image go? (volume:file, for example LABEL=IMAGES:debian.wim; \\\\server\\share\\file.wim, or nas:/folder/file.wim of NFS)',
    ))
  const [, share, below] = SHARED_FILE.exec(written?.trim() ?? '') ?? []
  if (share !== undefined && below !== undefined && !below.split(/[\\/]/).includes('..'))
    return { share, path: below.replaceAll('\\', '/') }
  const [, volume, path] = /^(.+?):(.+\.wim)$/i.exec(written?.trim() ?? '') ?? []
  if (volume !== undefined && path !== undefined && !path.split('/').includes('..'))
    return { volume, path: path.replace(/^\/+/, '') }
  throw new Error(
    `"${written ?? ''}" is no place for an image; expected the volume, a colon and a file that ends in .wim: LABEL=IMAGES:debian.wim, or a file on a share`,
  )
}

/** A file on a share of SMB, or on one of NFS, of which the folder with the file is mounted. */
const SHARED_FILE =
  /^((?:\\\\|\/\/)[^\\/]+[\\/][^\\/]+|(?:[^\\/:=[\]]+|\[[\da-f:.]+\]):\/(?:.*(?=\/))?)[\\/]?(.+\.wim)$/i

/** Where a share is mounted. */
const SHARE_FOLDER = '/run/bootwright/capture'
const placeOf = (destination: CaptureDestination): string =>
  'volume' in destination ? destination.volume : destination.share

/** The folder in which the file goes. */
async function openDestination(context: StepContext, destination: CaptureDestination): Promise<string> {
  if ('volume' in destination) return await context.disks.mount(destination.volume)
  const { variables } = context
  await connectShare(context, {
    path: destination.share,
    at: SHARE_FOLDER,
    account: variables.get('OSDCaptureAccount') ?? destination.account,
    password: variables.get('OSDCaptureAccountPassword') ?? (destination.password && revealed(destination.password)),
  })
  return SHARE_FOLDER
}

async function closeDestination(context: StepContext, destination: CaptureDestination): Promise<void> {
  if ('volume' in destination) await context.disks.unmount(destination.volume)
  else await runOrThrow(context, 'umount', [SHARE_FOLDER])
}

/** Every file system of the disk with the system, the system first. Throws when the image would go onto one of them. */
async function volumesWith(
  system: InstalledSystem,
  destination: CaptureDestination,
  context: StepContext,
): Promise<readonly Volume[]> {
  const target = 'volume' in destination ? await deviceOf(context, destination.volume) : undefined
  const own = await deviceOf(context, system.volume)
  const volumes: Volume[] = []
  for (const device of await partitionsOf(context, await diskWith(context, own))) {
    const fileSystem = await property(context, device, 'TYPE')
    if (!CAPTURED.has(fileSystem)) continue
    if (device === target)
      throw new Error(`the image would go onto ${device}, which is captured itself; name a volume of another disk`)
    const { blocks, bfree, bsize } = await statfs(await context.disks.mount(device))
    await context.disks.unmount(device)
    volumes.push({ device, fileSystem, used: (blocks - bfree) * bsize, isSystem: device === own })
  }
  return volumes.sort((a, b) => Number(b.isSystem) - Number(a.isSystem))
}

async function checkSpace(folder: string, volumes: readonly Volume[], { log }: StepContext): Promise<void> {
  const used = volumes.reduce((sum, volume) => sum + volume.used, 0)
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const minutes = Math.ceil(used / SLOW_RATE / 60)
  log.info(
    `${volumes.length} file systems with ${gigabytes(used)} are captured; the image needs at most that, ${gigabytes(free)} are free; it takes about ${minutes} minutes on a slow disk`,
  )
  if (free < used * SMALLEST_PART)
    throw Object.assign(
      new Error(
        `${gigabytes(free)} are free at the destination, too little for an image of ${gigabytes(used)}; free some space, or take another volume`,
      ),
      { exitCode: DISK_FULL },
    )
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

interface Words {
  readonly name: string
  readonly description: string
  readonly properties: Readonly<Record<string, string>>
}

function wordsOf(
  options: CaptureOperatingSystemImageOptions,
  system: InstalledSystem,
  volume: Volume,
  { variables }: StepContext,
): Words {
  const base = variables.get('OSDImageName') ?? options.name ?? system.name
  const description = variables.get('OSDImageDescription') ?? options.description ?? ''
  const version = variables.get('OSDImageVersion') ?? options.version
  const creator = variables.get('OSDImageCreator') ?? options.creator
  return {
    name: volume.isSystem ? base : `${base} (${volume.device.replace('/dev/', '')}, ${volume.fileSystem})`,
    description,
    properties: {
      ...(version !== undefined && version !== '' && { IMAGEVERSION: version }),
      ...(creator !== undefined && creator !== '' && { CREATOR: creator }),
    },
  }
}

interface Capturing {
  readonly volume: Volume
  readonly wim: string
  readonly isFirst: boolean
  readonly words: Words
  readonly options: CaptureOperatingSystemImageOptions
}

/** NTFS is read directly, with everything that it has; other file systems where they are mounted. */
async function capture(context: StepContext, { volume, wim, isFirst, words, options }: Capturing): Promise<void> {
  context.log.info(`capturing ${volume.device}, ${volume.fileSystem}, ${gigabytes(volume.used)}`)
  const isNtfs = volume.fileSystem === 'ntfs'
  const from = isNtfs ? volume.device : await context.disks.mount(volume.device)
  const config = join(await context.folder(), 'exclusions.ini')
  await writeFile(config, EXCLUDED)
  const args = [
    isFirst ? 'capture' : 'append',
    from,
    wim,
    words.name,
    words.description,
    `--config=${config}`,
    '--check',
    ...(isFirst ? [`--compress=${COMPRESSION[options.compression]}`] : []),
    ...(isNtfs ? [] : ['--unix-data']),
    ...Object.entries(words.properties).flatMap(([name, value]) => ['--image-property', `${name}=${value}`]),
  ]
  await runWimlib(context, args, DESTINATION)
  if (!isNtfs) await context.disks.unmount(volume.device)
}
