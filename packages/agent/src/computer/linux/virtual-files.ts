import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AgentError, messageOf } from '../errors.ts'
import type { VirtualFile } from '../system.ts'

/**
 * Files whose content is produced while they are read, presented to programs by the kernel's FUSE. linux/fuse.h (protocol 7.31) defines the
 * numbers: a request is a header of 40 bytes and arguments, a reply a header of 16 bytes and data.
 */
const DEVICE = '/dev/fuse'
const VERSION = { major: 7, minor: 31 } as const
const OPERATION = {
  lookup: 1,
  forget: 2,
  getAttributes: 3,
  open: 14,
  read: 15,
  release: 18,
  flush: 25,
  initialize: 26,
  openFolder: 27,
  readFolder: 28,
  releaseFolder: 29,
  interrupt: 36,
  destroy: 38,
  forgetMany: 42,
} as const
const IN = { head: 40, operation: 4, unique: 8, node: 16 } as const
const OUT = 16
const ROOT = 1
const NO_ENTRY = -2
const IO_ERROR = -5
const NOT_IMPLEMENTED = -38
const FOLDER_MODE = 0o40500
const FILE_MODE = 0o100400
/** Seconds that the kernel caches attributes: files never change. */
const VALID = 3600n
/** Bytes of the largest request: data and header. */
const LARGEST = (1 << 20) + 4096
const READ_AHEAD = 1 << 20
/** `max_pages` (bit 22) allows reads of one mebibyte; bit 0 allows parallel reads. */
const FLAGS = 1 | (1 << 22)
const PAGES = 256
/** Polls without a request before each poll is followed by a pause. Milliseconds. */
const BUSY_POLLS = 200
const PAUSE = 2

export interface VirtualFolder {
  /** Adds a file and returns its path. */
  add(file: VirtualFile): string
  /** Unmounts it. */
  close(): Promise<void>
}

/** Mounts a folder for virtual files. Throws {@link AgentError} `MOUNT_FAILED`. */
export async function openVirtualFolder(at: string): Promise<VirtualFolder> {
  await mkdir(at, { recursive: true })
  const device = await open(DEVICE, constants.O_RDWR | constants.O_NONBLOCK).catch(error => {
    throw new AgentError('MOUNT_FAILED', `${DEVICE} cannot be opened: ${messageOf(error)}`)
  })
  await mount(device, at)
  const files: VirtualFile[] = []
  let isOpen = true
  const served = serve(device, files, () => isOpen)
  return {
    add(file) {
      const known = files.findIndex(({ name }) => name === file.name)
      files[known < 0 ? files.length : known] = file
      return `${at}/${file.name}`
    },
    async close() {
      await run('umount', [at])
      isOpen = false
      await served
      await device.close()
    },
  }
}

async function mount(device: FileHandle, at: string): Promise<void> {
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other'
  const { code, output } = await run('mount', ['-i', '-t', 'fuse', '-o', options, 'bootwright', at], device.fd)
  if (code !== 0) throw new AgentError('MOUNT_FAILED', `virtual files cannot be mounted at ${at}: ${output.trim()}`)
}

const run = (command: string, args: readonly string[], handed?: number) =>
  new Promise<{ readonly code: number | null; readonly output: string }>(settle => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', ...(handed === undefined ? [] : [handed])] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', data => {
        output += data
      })
    child.on('error', error => settle({ code: 127, output: error.message }))
    child.on('close', code => settle({ code, output }))
  })

/** Serves requests until the folder is unmounted. */
async function serve(device: FileHandle, files: readonly VirtualFile[], isOpen: () => boolean): Promise<void> {
  const buffer = Buffer.alloc(LARGEST)
  for (let idle = 0; isOpen(); ) {
    let length: number
    try {
      length = (await device.read(buffer, 0, buffer.length, null)).bytesRead
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // ENODEV: unmounted. ENOENT, EINTR: the request was withdrawn.
      if (code === 'ENODEV') return
      idle += 1
      if (code === 'EAGAIN' && idle > BUSY_POLLS) await sleep(PAUSE)
      continue
    }
    if (length < IN.head) return
    idle = 0
    const request = Buffer.from(buffer.subarray(0, length))
    void answerRequest(request, files)
      .then(reply => reply && device.write(reply))
      // A program that has ended does not wait for its reply.
      .catch(() => {})
  }
}

/** The reply to a request; undefined for requests without one. */
export async function answerRequest(request: Buffer, files: readonly VirtualFile[]): Promise<Buffer | undefined> {
  const operation = request.readUInt32LE(IN.operation)
  const unique = request.readBigUInt64LE(IN.unique)
  const node = Number(request.readBigUInt64LE(IN.node))
  const reply = (data: Uint8Array = new Uint8Array(0), error = 0): Buffer => {
    const head = Buffer.alloc(OUT)
    head.writeUInt32LE(OUT + data.length, 0)
    head.writeInt32LE(error, 4)
    head.writeBigUInt64LE(unique, 8)
    return Buffer.concat([head, data])
  }
  const fail = (error: number): Buffer => reply(undefined, error)
  switch (operation) {
    case OPERATION.initialize:
      return reply(initialized())
    case OPERATION.lookup: {
      const name = request.toString('utf8', IN.head, request.length - 1)
      const index = files.findIndex(each => each.name === name)
      return index < 0 ? fail(NO_ENTRY) : reply(entryOf(ROOT + 1 + index, files[index]!))
    }
    case OPERATION.getAttributes: {
      const valid = Buffer.alloc(16)
      valid.writeBigUInt64LE(VALID, 0)
      return reply(Buffer.concat([valid, attributes(node, files[node - ROOT - 1])]))
    }
    case OPERATION.open:
    case OPERATION.openFolder:
      return reply(Buffer.alloc(16))
    case OPERATION.read: {
      const file = files[node - ROOT - 1]
      if (!file) return fail(NO_ENTRY)
      const offset = Number(request.readBigUInt64LE(IN.head + 8))
      const size = request.readUInt32LE(IN.head + 16)
      try {
        return reply(await file.read(offset, size))
      } catch (error) {
        file.onError(error)
        return fail(IO_ERROR)
      }
    }
    case OPERATION.readFolder:
    case OPERATION.release:
    case OPERATION.releaseFolder:
    case OPERATION.flush:
    case OPERATION.destroy:
      return reply()
    case OPERATION.forget:
    case OPERATION.forgetMany:
    case OPERATION.interrupt:
      return undefined
    default:
      return fail(NOT_IMPLEMENTED)
  }
}

function initialized(): Buffer {
  const out = Buffer.alloc(64)
  out.writeUInt32LE(VERSION.major, 0)
  out.writeUInt32LE(VERSION.minor, 4)
  out.writeUInt32LE(READ_AHEAD, 8)
  out.writeUInt32LE(FLAGS, 12)
  // Maximum of background requests, and the threshold of congestion.
  out.writeUInt16LE(16, 16)
  out.writeUInt16LE(12, 18)
  out.writeUInt32LE(READ_AHEAD, 20)
  out.writeUInt32LE(1, 24)
  out.writeUInt16LE(PAGES, 28)
  return out
}

function entryOf(node: number, file: VirtualFile): Buffer {
  const head = Buffer.alloc(40)
  head.writeBigUInt64LE(BigInt(node), 0)
  head.writeBigUInt64LE(VALID, 16)
  head.writeBigUInt64LE(VALID, 24)
  return Buffer.concat([head, attributes(node, file)])
}

/** Attributes of a file; of the folder itself without a file. */
function attributes(node: number, file: VirtualFile | undefined): Buffer {
  const size = file?.size ?? 0
  const out = Buffer.alloc(88)
  out.writeBigUInt64LE(BigInt(node), 0)
  out.writeBigUInt64LE(BigInt(size), 8)
  out.writeBigUInt64LE(BigInt(Math.ceil(size / 512)), 16)
  out.writeUInt32LE(file ? FILE_MODE : FOLDER_MODE, 60)
  out.writeUInt32LE(1, 64)
  out.writeUInt32LE(4096, 80)
  return out
}
