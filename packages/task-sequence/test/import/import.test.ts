import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { STEPS } from '@bootwright/steps'
import { validateSequence } from '@bootwright/task-sequence'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { stringify } from 'yaml'
import { importCustomSettings, importSequence } from '../../src/import/index.ts'

const lookup = { names: () => Object.keys(STEPS), use: (_: 'step', name: string) => STEPS[name]! }
/** What is imported has to be a sequence without mistakes. */
async function result(sequence: object) {
  const file = join(scratch(), 'imported.yaml')
  await writeFile(file, stringify(sequence))
  return await validateSequence(file, lookup)
}

const CONFIGMGR = `<?xml version="1.0" encoding="utf-16"?>
<SmsTaskSequencePackage><SequenceData>
<sequence version="3.10">
  <referenceList><reference package="ABC00012" /></referenceList>
  <group name="Install" description="All of it">
    <condition><expression type="SMS_TaskSequence_WMIConditionExpression"><variable name="Namespace">root\\cimv2</variable><variable name="Query">SELECT * FROM Win32_ComputerSystem WHERE Model LIKE '%Latitude%'</variable></expression></condition>
    <step type="SMS_TaskSequence_PartitionDiskAction" name="Partition Disk 0 - UEFI" runIn="WinPE" successCodeList="0">
      <condition><expression type="SMS_TaskSequence_VariableConditionExpression"><variable name="Operator">equals</variable><variable name="Value">true</variable><variable name="Variable">_SMSTSBootUEFI</variable></expression></condition>
      <action>osddiskpart.exe</action>
      <defaultVarList>
        <variable name="OSDDiskIndex" property="DiskIndex">0</variable>
        <variable name="OSDPartitionStyle" property="DiskType">GPT</variable>
        <variable name="OSDPartitions0Type">EFI</variable><variable name="OSDPartitions0FileSystem">FAT32</variable><variable name="OSDPartitions0Size">1024</variable><variable name="OSDPartitions0SizeUnits">MB</variable>
        <variable name="OSDPartitions1Type">MSR</variable><variable name="OSDPartitions1Size">128</variable><variable name="OSDPartitions1SizeUnits">MB</variable>
        <variable name="OSDPartitions2Type">Primary</variable><variable name="OSDPartitions2FileSystem">NTFS</variable><variable name="OSDPartitions2Size">100</variable><variable name="OSDPartitions2SizeUnits">Percent</variable><variable name="OSDPartitions2VolumeName">Windows</variable><variable name="OSDPartitions2VolumeLetterVariable">OSDISK</variable>
      </defaultVarList>
    </step>
    <step type="SMS_TaskSequence_ApplyOperatingSystemAction" name="Apply Operating System">
      <action>OSDApplyOS.exe</action>
      <defaultVarList><variable name="ImagePackageID">ABC00001</variable><variable name="ImageIndex">3</variable><variable name="DestinationVariable">OSDISK</variable></defaultVarList>
    </step>
    <step type="SMS_TaskSequence_RunCommandLineAction" name="Tools" continueOnError="true" timeout="900" successCodeList="0 5">
      <action>smsswd.exe /run:ABC00012 cmd /c setup.cmd "a &amp; b"</action>
      <defaultVarList><variable name="PackageID" property="PackageID">ABC00012</variable></defaultVarList>
    </step>
    <step type="SMS_TaskSequence_SetVariableAction" name="Secret">
      <action>tsenv.exe "Key=***"</action>
      <defaultVarList><variable name="VariableName">Key</variable><variable name="VariableValue" hidden="true"></variable></defaultVarList>
    </step>
    <step type="SMS_TaskSequence_AutoApplyAction" name="Auto Apply Drivers"><action>osddriverclient.exe</action></step>
  </group>
  <step type="SMS_TaskSequence_RebootAction" name="Restart" disable="true"><action>smsboot.exe /target:WinPE</action><defaultVarList><variable name="Target">WinPE</variable></defaultVarList></step>
</sequence></SequenceData></SmsTaskSequencePackage>`

test('a sequence of Configuration Manager becomes one of ours that is right, and what it lacks is listed', async t => {
  const { sequence, notes } = importSequence(CONFIGMGR, 'Windows')
  const { sequence: right, findings } = await result(sequence)
  t.deepEqual(findings, [])
  t.deepEqual(
    right!.nodes.map(({ name }) => name),
    ['Install', 'Partition Disk 0 - UEFI', 'Apply Operating System', 'Tools', 'Secret'],
  )
  t.like(right!.nodes[1], {
    runIn: ['bootImage'],
    successCodes: [0],
    condition: { variable: '_SMSTSBootUEFI', equals: 'true' },
    options: {
      partitions: [
        { type: 'efi', size: 1 << 30, fileSystem: 'fat32' },
        { type: 'reserved', size: 128 << 20 },
        { type: 'primary', fileSystem: 'ntfs', label: 'Windows', variable: 'OSDISK' },
      ],
    },
  })
  t.like(right!.nodes[2], { options: { image: 'ABC00001', destination: '%OSDISK%' } })
  t.like(right!.nodes[3], {
    continueOnError: true,
    timeout: 900,
    successCodes: [0, 5],
    options: { command: 'cmd /c setup.cmd "a & b"', package: 'ABC00012' },
  })
  t.like(right!.nodes[4], { options: { value: { secret: { env: 'KEY' } } } })
  for (const part of [
    /step "Auto Apply Drivers": it is of the type SMS_TaskSequence_AutoApplyAction, which has no counterpart/,
    /step "Secret": the value of Key is hidden/,
    /operatingSystemImages: copy the files of "ABC00001" to \.\/ABC00001\.wim/,
    /packages: copy the files of "ABC00012"/,
  ])
    t.regex(notes.join('\n'), part)
})

const WINDOWS = `<sequence version="3.10">
  <step type="SMS_TaskSequence_PrestartCheckAction" name="Ready"><defaultVarList><variable name="OSDCheckMemory">true</variable><variable name="OSDMemory">4096</variable><variable name="CheckUefi">true</variable></defaultVarList></step>
  <step type="SMS_TaskSequence_ApplyWindowsSettingsAction" name="Windows"><defaultVarList><variable name="OSDRegisteredOrgName">Contoso</variable><variable name="OSDTimeZone">GMT Standard Time</variable><variable name="OSDLocalAdminPassword" hidden="true"></variable></defaultVarList></step>
  <step type="SMS_TaskSequence_ApplyNetworkSettingsAction" name="Network"><defaultVarList><variable name="OSDDomainName">corp.example</variable><variable name="OSDJoinAccount">CORP\\join</variable><variable name="OSDJoinPassword" hidden="true"></variable></defaultVarList></step>
  <step type="SMS_TaskSequence_ApplyDriverPackageAction" name="Drivers"><defaultVarList><variable name="OSDApplyDriverPackageID">ABC00020</variable></defaultVarList></step>
  <step type="SMS_TaskSequence_ConnectNetworkFolderAction" name="Share"><defaultVarList><variable name="SMSConnectNetworkFolderPath">\\\\server\\share</variable><variable name="SMSConnectNetworkFolderDriveLetter">Z:</variable></defaultVarList></step>
  <step type="SMS_TaskSequence_JoinDomainWorkgroupAction" name="Join"><defaultVarList><variable name="OSDWorkgroupName">LAB</variable></defaultVarList></step>
</sequence>`

test('steps about Windows come with their settings, and what was hidden is asked for', async t => {
  const { sequence, notes } = importSequence(WINDOWS)
  const { sequence: right, findings } = await result(sequence)
  t.deepEqual(findings, [])
  const [ready, windows, network, drivers, share, join] = right!.nodes.map(
    node => (node as { options?: object }).options,
  )
  t.like(ready, { memory: 4 * 2 ** 30, firmware: 'uefi' })
  t.like(windows, { organization: 'Contoso', administratorPassword: { secret: { env: 'OSDLOCALADMINPASSWORD' } } })
  t.like(network, { domain: 'corp.example', account: 'CORP\\join' })
  t.like(drivers, { driverPackage: 'ABC00020' })
  t.like(share, { path: '\\\\server\\share', at: 'Z:' })
  t.like(join, { workgroup: 'LAB' })
  t.regex(notes.join('\n'), /"Network": OSDJoinPassword was not exported/)
})

const MDT = `<?xml version="1.0"?>
<sequence version="3.00" name="Standard Client Task Sequence" description="A complete sequence">
  <globalVarList><variable name="OSGUID" property="OSGUID">{1f}</variable><variable name="DestinationDisk" property="DestinationDisk">0</variable></globalVarList>
  <group expand="true" name="Initialization" description="" disable="false" continueOnError="false">
    <action />
    <step type="SMS_TaskSequence_RunCommandLineAction" name="Gather local only" description="" disable="false" continueOnError="false" successCodeList="0 3010"><defaultVarList /><action>cscript.exe "%SCRIPTROOT%\\ZTIGather.wsf"</action></step>
    <step type="SMS_TaskSequence_SetVariableAction" name="Phase" disable="false" continueOnError="false" successCodeList="0 3010">
      <defaultVarList><variable name="VariableName" property="VariableName">PHASE</variable><variable name="VariableValue" property="VariableValue">PREINSTALL</variable></defaultVarList>
      <action>cscript.exe "%SCRIPTROOT%\\ZTISetVariable.wsf"</action>
      <condition><operator type="or"><expression type="SMS_TaskSequence_VariableConditionExpression"><variable name="Variable">DeploymentType</variable><variable name="Operator">equals</variable><variable name="Value">NEWCOMPUTER</variable></expression><expression type="SMS_TaskSequence_FolderConditionExpression"><variable name="Path">C:\\Windows</variable></expression></operator></condition>
    </step>
    <step type="BDD_InstallOS" name="Install Operating System" disable="false" continueOnError="false" successCodeList="0 3010"><defaultVarList><variable name="OSGUID" property="OSGUID">{1f}</variable><variable name="DestinationDisk">0</variable><variable name="DestinationPartition">2</variable></defaultVarList><action>cscript.exe "%SCRIPTROOT%\\LTIApply.wsf"</action></step>
  </group>
</sequence>`

test('ts.xml of MDT becomes one of ours; what its scripts did is listed', async t => {
  const { sequence, notes } = importSequence(MDT)
  const { sequence: right, findings } = await result(sequence)
  t.deepEqual(findings, [])
  t.is(right!.name, 'Standard Client Task Sequence')
  t.like(right!.nodes[1], {
    name: 'Phase',
    condition: { any: [{ variable: 'DeploymentType', equals: 'NEWCOMPUTER' }, { folder: 'C:\\Windows' }] },
  })
  t.like(right!.nodes[2], { options: { image: '{1f}', destination: { disk: 0, partition: 2 } } })
  t.regex(notes.join('\n'), /step "Gather local only": it ran ZTIGather\.wsf of MDT/)
})

test('CustomSettings.ini gives variables; secrets and rules are listed', t => {
  const { variables, notes } = importCustomSettings(
    '[Settings]\r\nPriority=Model, Default\r\n[Default]\r\nTimeZoneName=Romance Standard Time\r\nJoinDomain=corp.example\r\nAdminPassword=P@ss\r\nSkipBDDWelcome=YES\r\nOwn=1\r\n[Latitude]\r\nDriver=x\r\n',
  )
  t.deepEqual(variables, {
    OSDTimeZone: 'Romance Standard Time',
    OSDJoinDomainName: 'corp.example',
    OSDLocalAdminPassword: { secret: { env: 'OSDLOCALADMINPASSWORD' } },
    Own: '1',
  })
  t.is(notes.length, 3)
  t.false(notes.join().includes('P@ss'))
})

test('what is no sequence is refused with what was found', t => {
  t.throws(() => importSequence('<policy><rule/></policy>'), {
    message: /expected an element <sequence>, found <policy>/,
  })
  t.throws(() => importSequence('no xml at all'))
})
