import test from 'ava'
import { parseControl } from '../src/control.ts'
import { basePackages, kernelMetaPackage, kernelPackage, libraryPackages, packageOf } from '../src/package-list.ts'
import { faultOf } from './fault.ts'

const stanzas = parseControl(`Package: linux-image-amd64
Depends: linux-image-6.1.0-41-amd64 (= 6.1.158-1)

Package: ntfs-3g
Depends: libc6 (>= 2.34), libntfs-3g89 (= 1:2022.10.3-1+b1), fuse3
Pre-Depends: zlib1g (>= 1.2)
`)

test('a kernel is selected by its meta package', t => {
  t.is(kernelMetaPackage({ kernel: 'generic', architecture: 'x64' }), 'linux-image-amd64')
  t.is(kernelMetaPackage({ kernel: 'cloud', architecture: 'x64' }), 'linux-image-cloud-amd64')
  t.is(kernelMetaPackage({ kernel: 'generic', architecture: 'arm64' }), 'linux-image-arm64')
  t.is(kernelMetaPackage({ kernel: 'cloud', architecture: 'arm64' }), 'linux-image-cloud-arm64')
})

test('only x64 has BIOS loaders, and each architecture has its own UEFI loaders', t => {
  const [pc, arm] = [basePackages('x64'), basePackages('arm64')]
  for (const name of ['isolinux', 'syslinux-common', 'shim-helpers-amd64-signed', 'grub-efi-amd64-signed'])
    t.is(pc.includes(name) && !arm.includes(name), true, name)
  for (const name of ['shim-helpers-arm64-signed', 'grub-efi-arm64-signed'])
    t.is(arm.includes(name) && !pc.includes(name), true, name)
  for (const name of ['shim-signed', 'busybox-static', 'wimtools']) t.true(pc.includes(name) && arm.includes(name))
})

test('the kernel and libraries, whose names contain a version, are found by the dependencies on them', t => {
  t.is(kernelPackage(stanzas, 'linux-image-amd64'), 'linux-image-6.1.0-41-amd64=6.1.158-1')
  const later = parseControl('Package: linux-image-amd64\nDepends: linux-image-6.12.1-amd64\n')
  t.is(kernelPackage(later, 'linux-image-amd64'), 'linux-image-6.12.1-amd64')
  t.deepEqual(
    [...libraryPackages(stanzas)],
    [
      ['libc6', undefined],
      ['libntfs-3g89', '1:2022.10.3-1+b1'],
      ['zlib1g', undefined],
    ],
  )
})

test('a meta package without a kernel is named, together with its dependencies', async t => {
  const fault = await faultOf(() => kernelPackage(stanzas, 'linux-image-cloud-amd64'))
  t.like(fault, { code: 'PACKAGE_UNKNOWN', subject: 'linux-image-cloud-amd64' })
  const odd = parseControl('Package: linux-image-amd64\nDepends: linux-image-uki, kmod\n')
  t.regex((await faultOf(() => kernelPackage(odd, 'linux-image-amd64'))).message, /found linux-image-uki, kmod/)
})

test('a package has name, version, architecture and digest; one without any of them is named', async t => {
  const text = 'Package: kbd\nVersion: 2.5.1-1+b1\nArchitecture: amd64\nSHA256: 00ff\n'
  const [stanza] = parseControl(text)
  t.deepEqual(packageOf(stanza!), { name: 'kbd', version: '2.5.1-1+b1', architecture: 'amd64', sha256: '00ff' })
  for (const field of ['Version', 'Architecture', 'SHA256']) {
    const [without] = parseControl(text.replace(new RegExp(`^${field}.*\\n`, 'm'), ''))
    const fault = await faultOf(() => packageOf(without!))
    t.like(fault, { code: 'PACKAGE_UNKNOWN', subject: 'kbd' })
    t.true(fault.message.includes(field.toLowerCase()))
  }
})
