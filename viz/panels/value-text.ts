/** Values with their units as people read them. */
import type { ColumnSpec, EnumValue } from '../../sim/trace/catalog.ts';
import type { FieldValue } from '../frame-source/frame.ts';

const SCALES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Units that take SI prefixes. */
const SCALED = new Set(['bit/s', 'B', 'byte', 'bytes', 'flows/s', 'pps']);

/** A number with at most four digits that count. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** A number with its unit: `12.5 Gbit/s`, `3.2`, `18 %`. */
export function quantityText(value: number, unit: string | undefined): string {
  if (unit === undefined || unit === '') return numberText(value);
  if (unit === 'ns') return durationText(value);
  // Thousandths of a core or of a device: the label says which.
  if (unit === 'm') return numberText(value / 1000);
  if (unit === '1/s')
    return `${numberText(Math.abs(value) < 1000 ? Number(value.toPrecision(3)) : Math.round(value))}/s`;
  if (unit === 'MiB') return value >= 1024 ? `${numberText(value / 1024)} GiB` : `${numberText(value)} MiB`;
  if (SCALED.has(unit)) {
    for (const [scale, prefix] of SCALES)
      if (Math.abs(value) >= scale) return `${numberText(value / scale)} ${prefix}${unit}`;
  }
  return `${numberText(value)} ${unit}`;
}

/** A share in per cent: three digits that count, two where it is small. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (!Number.isFinite(percent)) return '– %';
  return `${Number(percent.toPrecision(Math.abs(percent) < 1 ? 2 : 3))} %`;
}

function durationText(ns: number): string {
  const size = Math.abs(ns);
  if (size >= 1e9) return `${numberText(ns / 1e9)} s`;
  if (size >= 1e6) return `${numberText(ns / 1e6)} ms`;
  return size >= 1e3 ? `${numberText(ns / 1e3)} µs` : `${numberText(ns)} ns`;
}

/** The enum value of a field. */
export function enumValue(column: ColumnSpec, value: number): EnumValue | undefined {
  return column.type === 'enum' ? column.values?.[value] : undefined;
}

/** A field in words. Gauges of 0 to 1 become percent. */
export function fieldText(column: ColumnSpec, field: FieldValue): string {
  const state = enumValue(column, field.value);
  if (state) return state.label;
  if (column.type === 'ref') return field.value < 0 ? 'none' : field.words || `${column.table ?? 'row'} ${field.value}`;
  if (column.type === 'text') return field.words ?? '';
  if (column.full === 1) return percentText(field.value);
  return quantityText(field.value, column.unit);
}
