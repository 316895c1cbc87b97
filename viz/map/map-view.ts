/** The map on screen: two canvases, pan and zoom, picking. Draws only when something changed, and times each draw. */
import { select, type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity, zoomTransform } from 'd3';
import type { Catalog } from '../../sim/trace/catalog.ts';
import type { Frame } from '../frame-source/frame.ts';
import { element } from '../shell/element.ts';
import { detailAt } from './detail.ts';
import { DrawTimes } from './draw-times.ts';
import { boxOf, hitTest, type RowRef, type View } from './hit.ts';
import { layoutMap, type MapLayout } from './layout.ts';
import { drawOverlay } from './overlay.ts';
import { type MapPalette, themePalette } from './palette.ts';
import { paintMap, type Raster } from './raster.ts';
import { MapScene } from './scene.ts';

export interface MapEvents {
  select(ref: RowRef | null): void;
  /** The row under the pointer, and where the pointer is inside the map. */
  hover(ref: RowRef | null, x: number, y: number): void;
  /** After the reader panned or zoomed. */
  moved(): void;
  name(table: string, row: number): string;
}

/** More device pixels than this cost more than they show. */
const PIXELS_MAX = 2_400_000;
const PAN_STEP = 60;
const SCALE_MAX = 640;

/** Owns the canvases of one map. */
export class MapView {
  readonly root: HTMLElement;
  readonly times = new DrawTimes();
  readonly #base = element('canvas', { class: 'map-canvas', 'aria-hidden': 'true' });
  readonly #over = element('canvas', { class: 'map-canvas', 'aria-hidden': 'true' });
  readonly #catalog: Catalog;
  readonly #events: MapEvents;
  readonly #zoom: ZoomBehavior<HTMLElement, unknown>;
  readonly #resize: ResizeObserver;
  #layout: MapLayout | null = null;
  #scene: MapScene | null = null;
  #palette: MapPalette = themePalette();
  #frame: Frame | null = null;
  #gauge = 0;
  #width = 0;
  #height = 0;
  #unit = 1;
  #image: ImageData | null = null;
  #raster: Raster | null = null;
  #selection: RowRef | null = null;
  #hover: RowRef | null = null;
  #scheduled = 0;
  #stale = { raster: true, overlay: true };
  #fitted = true;
  #wished: string | null = null;

  constructor(catalog: Catalog, events: MapEvents) {
    this.#catalog = catalog;
    this.#events = events;
    this.root = element(
      'div',
      {
        class: 'map',
        tabindex: 0,
        role: 'application',
        'aria-roledescription': 'map',
        'aria-label': 'Map of the cluster',
      },
      this.#base,
      this.#over,
    );
    this.#zoom = zoom<HTMLElement, unknown>()
      .scaleExtent([0.5, SCALE_MAX])
      .clickDistance(4)
      .on('zoom', (event: { sourceEvent: Event | null }) => this.#zoomed(event.sourceEvent !== null));
    select(this.root).call(this.#zoom).on('dblclick.zoom', null);
    this.root.addEventListener('click', (event) => this.#click(event));
    this.root.addEventListener('pointermove', (event) => this.#move(event));
    this.root.addEventListener('pointerleave', () => this.#setHover(null, 0, 0));
    this.#resize = new ResizeObserver(() => this.#measure());
    this.#resize.observe(this.root);
  }

  /** The view in CSS pixels. */
  get view(): View {
    const { k, x, y } = zoomTransform(this.root);
    return { k, x, y };
  }

  get detail(): string {
    return detailAt(this.view.k);
  }

  /** Where the reader is, for a permalink: scale and the world point in the middle; `null` while everything is fitted. */
  get place(): string | null {
    if (this.#fitted) return null;
    const { k, x, y } = this.view;
    const round = (value: number): string => String(Math.round(value * 100) / 100);
    return [round(k), round((this.#width / 2 - x) / k), round((this.#height / 2 - y) / k)].join(',');
  }

  /** Goes to a place from a permalink; waits for the size and the layout if they are not known yet. */
  goTo(place: string | null): void {
    this.#wished = place;
    this.#applyWish();
  }

  /** Shows a frame. The layout is made from the first one and kept until the numbers of cells change. */
  show(frame: Frame): void {
    this.#frame = frame;
    const map = this.#catalog.map;
    if (!map) return;
    if (!this.#layout || frame.tables[map.cells].count > this.#layout.cellCount) this.#relayout(frame);
    this.#scene?.update(frame, this.#gauge);
    this.#invalidate(true);
  }

  /** Makes the layout from a frame in which everything exists, before any frame is shown. */
  prepare(frame: Frame): void {
    this.#relayout(frame);
  }

  setGauge(gauge: number): void {
    this.#gauge = gauge;
    if (this.#frame) this.show(this.#frame);
  }

  setTheme(): void {
    this.#palette = themePalette();
    this.#invalidate(true);
  }

  setSelection(ref: RowRef | null): void {
    this.#selection = ref;
    this.#invalidate(false);
  }

  pan(dx: number, dy: number): void {
    select(this.root).call(this.#zoom.translateBy, (dx * PAN_STEP) / this.view.k, (dy * PAN_STEP) / this.view.k);
    this.#leaveFit();
  }

  zoomBy(factor: number): void {
    select(this.root).call(this.#zoom.scaleBy, factor);
    this.#leaveFit();
  }

  /** Everything in view. */
  fit(): void {
    const layout = this.#layout;
    if (!layout || this.#width === 0) return;
    const pad = 14;
    const k = Math.min((this.#width - 2 * pad) / layout.width, (this.#height - 2 * pad) / layout.height, 150);
    const x = (this.#width - k * layout.width) / 2;
    const y = (this.#height - k * layout.height) / 2;
    select(this.root).call(this.#zoom.transform, zoomIdentity.translate(x, y).scale(k));
    this.#fitted = true;
    this.#events.moved();
  }

  /** Brings a row to the middle, near enough to be read. Returns false when the row is not on the map. */
  centre(ref: RowRef): boolean {
    const place = this.#boxOf(ref);
    if (!place) return false;
    const whole = Math.min(this.#width / place.width, this.#height / place.height) * 0.6;
    const k = Math.max(this.view.k, Math.min(whole, 200));
    this.#lookAt(k, place.x + place.width / 2, place.y + place.height / 2);
    return true;
  }

  /** The layout and the scene, for checks. */
  get parts(): { layout: MapLayout | null; scene: MapScene | null } {
    return { layout: this.#layout, scene: this.#scene };
  }

  /** Resolves when what was asked for is drawn. */
  async idle(): Promise<void> {
    while (this.#scheduled !== 0) await new Promise((resolve) => requestAnimationFrame(resolve));
  }

  close(): void {
    this.#resize.disconnect();
    cancelAnimationFrame(this.#scheduled);
    this.root.remove();
  }

  #boxOf(ref: RowRef) {
    const map = this.#catalog.map;
    return map && this.#layout && this.#scene ? boxOf(map, this.#layout, this.#scene, ref) : null;
  }

  #lookAt(k: number, x: number, y: number): void {
    const transform = zoomIdentity.translate(this.#width / 2 - k * x, this.#height / 2 - k * y).scale(k);
    select(this.root).call(this.#zoom.transform, transform);
    this.#leaveFit();
  }

  #leaveFit(): void {
    this.#fitted = false;
    this.#events.moved();
  }

  #applyWish(): void {
    const layout = this.#layout;
    if (!layout || this.#width === 0) return;
    const numbers = this.#wished?.split(',').map(Number) ?? [];
    if (numbers.length === 3 && numbers.every(Number.isFinite) && numbers[0] > 0)
      this.#lookAt(numbers[0], numbers[1], numbers[2]);
    else this.fit();
    this.#wished = null;
  }

  #relayout(frame: Frame): void {
    const before = this.#layout;
    this.#layout = layoutMap(this.#catalog, frame.tables);
    if (!this.#layout) return;
    const { width, height, groupCount, cellCount } = this.#layout;
    this.#scene = new MapScene(this.#catalog, this.#layout);
    this.#zoom.translateExtent([
      [-width * 0.5, -height * 0.5],
      [width * 1.5, height * 1.5],
    ]);
    this.root.setAttribute('aria-label', this.#describe(groupCount, cellCount));
    if (!before) this.#applyWish();
    else if (this.#fitted) this.fit();
  }

  #describe(groups: number, cells: number): string {
    const word = (name: string | undefined): string =>
      this.#catalog.tables.find((table) => table.name === name)?.label ?? '';
    const map = this.#catalog.map;
    return `Map: ${groups} × ${word(map?.groups)}, ${cells} × ${word(map?.cells)}. Arrows move, w and s zoom. The lists beside it hold the same rows.`;
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.root;
    if (clientWidth === 0 || (clientWidth === this.#width && clientHeight === this.#height)) return;
    const first = this.#width === 0;
    this.#width = clientWidth;
    this.#height = clientHeight;
    const area = clientWidth * clientHeight;
    this.#unit =
      area * devicePixelRatio * devicePixelRatio > PIXELS_MAX ? 1 : Math.max(1, Math.floor(devicePixelRatio));
    this.#sizeCanvases();
    this.#zoom.extent([
      [0, 0],
      [clientWidth, clientHeight],
    ]);
    if (first && this.#wished !== null) this.#applyWish();
    else if (this.#fitted) this.fit();
    this.#invalidate(true);
  }

  #sizeCanvases(): void {
    const width = Math.max(1, this.#width * this.#unit);
    const height = Math.max(1, this.#height * this.#unit);
    this.#base.width = width;
    this.#base.height = height;
    const dpr = Math.min(2, devicePixelRatio);
    this.#over.width = Math.round(this.#width * dpr);
    this.#over.height = Math.round(this.#height * dpr);
    this.#image = new ImageData(width, height);
    this.#raster = { pixels: new Uint32Array(this.#image.data.buffer), width, height };
  }

  #zoomed(byReader: boolean): void {
    if (byReader) this.#leaveFit();
    this.#invalidate(true);
  }

  #invalidate(raster: boolean): void {
    this.#stale.raster ||= raster;
    this.#stale.overlay = true;
    if (this.#scheduled === 0) this.#scheduled = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#scheduled = 0;
    if (!this.#layout || !this.#scene || !this.#frame || !this.#raster || !this.#image) return;
    const start = performance.now();
    if (this.#stale.raster) this.#drawRaster(this.#raster, this.#image);
    const middle = performance.now();
    this.#drawOverlay(zoomTransform(this.root));
    this.times.add(middle - start, performance.now() - middle);
    this.#stale = { raster: false, overlay: false };
  }

  #drawRaster(raster: Raster, image: ImageData): void {
    const { k, x, y } = this.view;
    const unit = this.#unit;
    paintMap(
      raster,
      { k: k * unit, x: x * unit, y: y * unit, unit },
      this.#layout!,
      this.#scene!,
      this.#palette,
      this.#gauge,
    );
    this.#base.getContext('2d', { alpha: false })?.putImageData(image, 0, 0);
  }

  #drawOverlay(transform: ZoomTransform): void {
    const canvas = this.#over.getContext('2d');
    const map = this.#catalog.map;
    if (!canvas || !map) return;
    const dpr = Math.min(2, devicePixelRatio);
    canvas.setTransform(dpr, 0, 0, dpr, 0, 0);
    drawOverlay(canvas, {
      map,
      layout: this.#layout!,
      scene: this.#scene!,
      view: { k: transform.k, x: transform.x, y: transform.y },
      palette: this.#palette,
      width: this.#width,
      height: this.#height,
      selection: this.#selection,
      hover: this.#hover,
      name: this.#events.name,
    });
  }

  #refAt(event: MouseEvent): { ref: RowRef | null; x: number; y: number } {
    const bounds = this.root.getBoundingClientRect();
    const x = event.clientX - bounds.left;
    const y = event.clientY - bounds.top;
    const map = this.#catalog.map;
    if (!map || !this.#layout || !this.#scene) return { ref: null, x, y };
    return { ref: hitTest(map, this.#layout, this.#scene, this.view, x, y), x, y };
  }

  #click(event: MouseEvent): void {
    this.#events.select(this.#refAt(event).ref);
  }

  #move(event: PointerEvent): void {
    if (event.pointerType === 'touch' || event.buttons !== 0) this.#setHover(null, 0, 0);
    else {
      const { ref, x, y } = this.#refAt(event);
      this.#setHover(ref, x, y);
    }
  }

  #setHover(ref: RowRef | null, x: number, y: number): void {
    const same = ref?.table === this.#hover?.table && ref?.row === this.#hover?.row;
    this.#events.hover(ref, x, y);
    if (same) return;
    this.#hover = ref;
    this.#invalidate(false);
  }
}
