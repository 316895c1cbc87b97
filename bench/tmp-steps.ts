import { compile, startRun } from '../scenarios/compile/index.ts';
import { bundledLibrary } from '../scenarios/document/bundled-library.ts';
import { loadScenario } from '../scenarios/document/load.ts';
import { FileSink } from '../sim/node/file-sink.ts';
import { ChunkWriter } from '../sim/trace/chunk-writer.ts';
import { spawnSync } from 'node:child_process';
const V = process.argv[2];
if (V === undefined) {
  const vs = ['base', 'append', 'apply', 'nullsink', 'full'];
  const r: any = {};
  for (let i = 0; i < 9; i++) for (const v of vs) {
    const o = JSON.parse(spawnSync(process.execPath, [process.argv[1]!, v], { encoding: 'utf8' }).stdout);
    (r[v] ??= []).push(o);
  }
  for (const v of vs) { const s = (k: string) => r[v].map((x: any) => x[k]).sort((a: any, b: any) => a - b)[4].toFixed(0); console.log(v, 'user', s('u'), 'sys', s('s'), 'sum', r[v].map((x: any) => x.u + x.s).sort((a: any, b: any) => a - b)[4].toFixed(0)); }
} else {
  const P: any = ChunkWriter.prototype;
  if (V === 'append') P.cut = function () { this.records.n = 0; this.marks.n = 0; };
  if (V === 'apply') P.cut = function () { this.state.apply(this.records, 0, Infinity); this.records.n = 0; this.marks.n = 0; };
  const document = loadScenario(bundledLibrary.scenario('network-schemes')!, `s.yaml`, bundledLibrary, []);
  const plan = compile(document);
  const b = process.cpuUsage();
  const sink: any = V === 'base' ? undefined : V === 'nullsink' ? { write() {} } : new FileSink('/tmp/wt/h/prof/out/x.wtrace');
  const run = startRun(plan, plan.alternatives[0]!.name, `${document.seed}/0`, sink ? { sink, level: 'state' } : {});
  run.finish();
  const c = process.cpuUsage(b);
  console.log(JSON.stringify({ u: c.user / 1000, s: c.system / 1000 }));
}
