import type { KernelModule } from './closure.ts'

/** Folders of the kernel's source tree that are included completely. */
const FOLDERS: readonly string[] = [
  'drivers/ata',
  'drivers/net/ethernet/aquantia',
  'drivers/net/ethernet/atheros',
  'drivers/net/ethernet/marvell',
  'drivers/net/ethernet/realtek',
  // A network card asks for the driver of its PHY by alias, which no dependency shows.
  'drivers/net/phy',
]

/** Module names by purpose. Modules that are built in or missing are ignored. */
const NAMES: Readonly<Record<string, string>> = {
  disks:
    'sd_mod sr_mod sg nvme loop virtio_blk virtio_scsi xen_blkfront xen_scsifront hv_storvsc vmw_pvscsi vmd ufshcd_pci',
  controllers: 'megaraid_sas mpt3sas mpi3mr smartpqi hpsa aacraid isci arcmsr mvsas mptspi mptsas',
  usb: 'xhci_pci xhci_plat_hcd ehci_pci ohci_pci uhci_hcd ehci_platform ohci_platform usb_storage uas',
  cards: 'mmc_block sdhci_pci sdhci_acpi sdhci_iproc sdhci_of_dwcmshc rtsx_pci_sdmmc rtsx_usb_sdmmc via_sdmmc',
  buses: 'virtio_pci virtio_mmio virtio_rng pci_hyperv hv_vmbus',
  input:
    'hid hid_generic usbhid hid_hyperv hyperv_keyboard virtio_input xen_kbdfront hid_apple hid_logitech hid_microsoft',
  network:
    'e100 e1000 e1000e igb igbvf igc ixgbe ixgbevf i40e iavf ice tg3 bnx2 bnxt_en b44 amd_xgbe pcnet32 forcedeth jme via_rhine via_velocity ' +
    'ena gve mana enic be2net mlx4_en mlx5_core dwmac_intel stmmac_pci virtio_net vmxnet3 hv_netvsc xen_netfront genet hns3 hclge hclgevf nicpf nicvf thunder_bgx',
  usbNetwork:
    'r8152 r8153_ecm rtl8150 asix ax88179_178a aqc111 cdc_ether cdc_ncm cdc_eem cdc_subset rndis_host lan78xx smsc75xx smsc95xx dm9601 mcs7830 ' +
    'pegasus sr9700 sr9800 ch9200',
  fileSystems: 'isofs udf vfat exfat ext4 fuse efivarfs',
  // Shares, and the ciphers that servers ask for: cifs names them only by what it asks the kernel for when it signs and encrypts.
  networkFileSystems:
    'nfsv4 nfsv3 cifs hmac md5 cmac ccm ctr gcm ghash_generic ecb aes_generic sha256_generic sha512_generic',
  // For DHCP.
  protocols: 'af_packet',
  // Of names on FAT, exFAT and Joliet.
  characterSets: 'nls_ascii nls_cp437 nls_cp850 nls_iso8859_1 nls_iso8859_15 nls_utf8',
}

const wantedNames: ReadonlySet<string> = new Set(Object.values(NAMES).flatMap(names => names.split(' ')))

/** Whether a module is selected other than as a dependency: storage, wired network, keyboard, file systems. */
export const isWanted = ({ path, info }: KernelModule): boolean =>
  wantedNames.has(info.name) || FOLDERS.some(folder => path.startsWith(`kernel/${folder}/`))
