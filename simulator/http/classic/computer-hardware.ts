import type { Computer } from '../../world/model.js';
import { list, type ClassicObject } from '../render/classic.js';

// The simulated world does not model every element of a computer record. Such an element has the value of a current
// Mac, so that responses contain every element. Source: recorded responses of Jamf Pro servers from 10.28 to 10.50.

/** The subset Hardware of a computer record. */
export const hardware = (computer: Computer): ClassicObject => ({
  make: 'Apple',
  model: computer.model,
  model_identifier: computer.modelIdentifier,
  os_name: 'macOS',
  os_version: computer.osVersion,
  os_build: computer.osBuild,
  software_update_device_id: '',
  master_password_set: false,
  active_directory_status: 'Not Bound',
  service_pack: '',
  processor_type: 'Apple M4',
  is_apple_silicon: true,
  processor_architecture: 'arm64',
  processor_speed: 0,
  processor_speed_mhz: 0,
  number_processors: 1,
  number_cores: 10,
  total_ram: 16_384,
  total_ram_mb: 16_384,
  boot_rom: '13822.1.2',
  bus_speed: 0,
  bus_speed_mhz: 0,
  battery_capacity: 97,
  cache_size: 0,
  cache_size_kb: 0,
  available_ram_slots: 0,
  optical_drive: '',
  nic_speed: 'n/a',
  smc_version: '',
  ble_capable: true,
  supports_ios_app_installs: true,
  sip_status: 'Enabled',
  gatekeeper_status: 'App Store and identified developers',
  xprotect_version: '5300',
  institutional_recovery_key: 'Not Present',
  disk_encryption_configuration: '',
  filevault2_users: list('user', []),
  storage: list('device', [disk(computer)]),
  mapped_printers: list('printer', []),
});

function disk({ serialNumber }: Computer): ClassicObject {
  return {
    disk: 'disk0',
    model: 'APPLE SSD AP0512Z',
    revision: '561.100.',
    serial_number: `0${serialNumber}`,
    size: 500_277,
    drive_capacity_mb: 500_277,
    connection_type: 'NO',
    smart_status: 'Verified',
    partitions: list('partition', [
      {
        name: 'Macintosh HD (Boot Partition)',
        size: 494_384,
        type: 'boot',
        partition_capacity_mb: 494_384,
        percentage_full: 49,
        available_mb: 250_000,
        filevault_status: 'Encrypted',
        filevault_percent: 100,
        filevault2_status: 'Encrypted',
        filevault2_percent: 100,
        boot_drive_available_mb: 250_000,
        lvgUUID: '',
        lvUUID: '',
        pvUUID: '',
      },
    ]),
  };
}

/** The subset Security of a computer record. */
export const security = (): ClassicObject => ({
  activation_lock: false,
  recovery_lock_enabled: false,
  secure_boot_level: 'full',
  external_boot_level: 'not supported',
  firewall_enabled: true,
});

/** The subset Software of a computer record. The simulated world has no software. */
export const software = (): ClassicObject => ({
  unix_executables: list('unix_executable', []),
  licensed_software: list('name', []),
  installed_by_casper: list('package', []),
  installed_by_installer_swu: list('package', []),
  cached_by_casper: list('package', []),
  available_software_updates: list('name', []),
  available_updates: list('update', [], { emptyJson: {} }),
  running_services: list('name', []),
  applications: list('application', [], { size: true }),
  fonts: list('font', [], { size: true }),
  plugins: list('plugin', [], { size: true }),
});

/** The subset Purchasing of a computer record. */
export const purchasing = (): ClassicObject => ({
  is_purchased: true,
  is_leased: false,
  po_number: '',
  vendor: '',
  applecare_id: '',
  purchase_price: '',
  purchasing_account: '',
  po_date: '',
  po_date_epoch: 0,
  po_date_utc: '',
  warranty_expires: '',
  warranty_expires_epoch: 0,
  warranty_expires_utc: '',
  lease_expires: '',
  lease_expires_epoch: 0,
  lease_expires_utc: '',
  life_expectancy: 0,
  purchasing_contact: '',
  os_applecare_id: '',
  os_maintenance_expires: '',
  attachments: list('attachment', []),
});
