import test from 'ava'
import { isWanted } from '../../src/kernel/selection.ts'
import { moduleAt } from './modules.ts'

const wanted = (path: string): boolean => isWanted(moduleAt(path))

test('disks, USB drives, cards, wired network, keyboards and file systems are selected', t => {
  for (const path of [
    'kernel/drivers/nvme/host/nvme.ko',
    'kernel/drivers/usb/storage/usb-storage.ko',
    'kernel/drivers/mmc/core/mmc_block.ko',
    'kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko',
    'kernel/drivers/net/usb/r8152.ko',
    'kernel/drivers/hid/usbhid/usbhid.ko',
    'kernel/fs/exfat/exfat.ko',
    'kernel/fs/nls/nls_cp437.ko',
  ])
    t.true(wanted(path), path)
})

test('some folders of the kernel are wanted whole', t => {
  for (const path of [
    'kernel/drivers/ata/ahci.ko',
    'kernel/drivers/ata/a-later-one.ko',
    'kernel/drivers/net/phy/realtek.ko',
    'kernel/drivers/net/ethernet/realtek/r8169.ko',
  ])
    t.true(wanted(path), path)
})

test('sound, graphics, wireless network and the like are not', t => {
  for (const path of [
    'kernel/sound/pci/hda/snd-hda-intel.ko',
    'kernel/drivers/gpu/drm/i915/i915.ko',
    'kernel/drivers/net/wireless/intel/iwlwifi/iwlwifi.ko',
    'kernel/fs/btrfs/btrfs.ko',
    'kernel/drivers/atafake/x.ko',
    'extra/drivers/ata/x.ko',
  ])
    t.false(wanted(path), path)
})
