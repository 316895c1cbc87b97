/**
 * Rented machines: how many network interfaces and addresses a provider gives to each type.
 *
 * Source: AWS, number of interfaces and of IPv4 addresses for each interface by instance type, as the list
 * `eni-max-pods` of the EKS machine images states them (m5.large: 3 x (10 - 1) + 2 = 29 pods).
 * Leaves out: other families (give the type of the same size), several network cards, trunk interfaces.
 */

/** What one type of machine may carry. */
export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly interfaces: number;
  /** IPv4 addresses of each interface, its own first address among them. */
  readonly addressesPerInterface: number;
}

const SIZES = [
  ['large', 2, 3, 10],
  ['xlarge', 4, 4, 15],
  ['2xlarge', 8, 4, 15],
  ['4xlarge', 16, 8, 30],
] as const;

/** General (m5), computing (c5) and memory (r5) machines, and small ones that burst (t3); the general ones first. */
export const INSTANCE_TYPES: readonly InstanceType[] = [
  ...family('m5', [
    ...SIZES,
    ['8xlarge', 32, 8, 30],
    ['12xlarge', 48, 8, 30],
    ['16xlarge', 64, 15, 50],
    ['24xlarge', 96, 15, 50],
  ]),
  ...family('r5', [
    ...SIZES,
    ['8xlarge', 32, 8, 30],
    ['12xlarge', 48, 8, 30],
    ['16xlarge', 64, 15, 50],
    ['24xlarge', 96, 15, 50],
  ]),
  ...family('c5', [
    ...SIZES,
    ['9xlarge', 36, 8, 30],
    ['12xlarge', 48, 8, 30],
    ['18xlarge', 72, 15, 50],
    ['24xlarge', 96, 15, 50],
  ]),
  ...family('t3', [
    ['small', 2, 3, 4],
    ['medium', 2, 3, 6],
    ['large', 2, 3, 12],
    ['xlarge', 4, 4, 15],
    ['2xlarge', 8, 4, 15],
  ]),
];

type SizeRow = readonly [size: string, vcpus: number, interfaces: number, addressesPerInterface: number];

function family(name: string, rows: readonly SizeRow[]): InstanceType[] {
  return rows.map(([size, vcpus, interfaces, addressesPerInterface]) => ({
    name: `${name}.${size}`,
    vcpus,
    interfaces,
    addressesPerInterface,
  }));
}

/** Names that scenarios may use. */
export const instanceTypeNames: readonly string[] = INSTANCE_TYPES.map(({ name }) => name);

/** The type of that name, or else (ours) the smallest general one with so many processors; the largest when none has. */
export function instanceTypeOf(name: string, cpuMilli: number): InstanceType {
  const named = INSTANCE_TYPES.find((one) => one.name === name);
  if (named !== undefined) return named;
  const general = INSTANCE_TYPES.filter((one) => one.name.startsWith('m5.'));
  return general.find(({ vcpus }) => vcpus * 1000 >= cpuMilli) ?? general[general.length - 1]!;
}
