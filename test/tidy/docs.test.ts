import { describe, expect, it } from 'vitest';
import { type Source, sources } from './sources.ts';

const all = sources();
const below = (...folders: string[]): Source[] =>
  all.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));

const EXPORT = /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const) (\w+)/;

/** Names that a file exports without a TSDoc directly above. Lists of names (`export { … } from`) have their docs elsewhere. */
function undocumented(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const name = EXPORT.exec(line)?.[1];
    return name === undefined || endsInDoc(lines.slice(0, at).join('\n')) ? [] : [name];
  });
}

function endsInDoc(above: string): boolean {
  return above.endsWith('*/') && above.startsWith('/**', above.lastIndexOf('/*'));
}

/** The comment that a file opens with, without its stars; empty when it opens with code. */
function opening(text: string): string {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
  return comment.replace(/^\s*\*/gm, ' ').replace(/\s+/g, ' ');
}

const namesSource = (text: string): boolean => /\bsources?\b/i.test(opening(text));
const namesWhatIsLeftOut = (text: string): boolean => /\b(?:leaves?|left) out\b/i.test(opening(text));
const saysWhatItIs = ({ text }: Source): boolean => namesSource(text) && namesWhatIsLeftOut(text);

/** Files of models that hold no model, each with its reason. A file that names both has no place here. */
const HOLD_NO_MODEL: Readonly<Record<string, string>> = {
  'models/federation/profiles/index.ts': 'a list: each profile says in its own file what it leaves out',
  'models/machine/rows.ts': 'names of rows that constants were calibrated on',
  'models/network/fabric-rows.ts': 'writes the fabric into the recording; models/network/fabric.ts is the model',
  'models/network/settlement.ts': 'wires sim/sharing to the clock',
  'models/scheduling/cached-evaluator.ts':
    'computes what the plugins say, faster; a property test holds it to the plain one',
  'models/scheduling/change-log.ts': 'a ring buffer of numbers of nodes',
  'models/scheduling/evaluation.ts': 'shapes between evaluators and selection',
  'models/scheduling/explanation.ts': 'a table made from what the plugins say',
  'models/scheduling/framework.ts': 'calls the plugins and counts refusals',
  'models/scheduling/plain-evaluator.ts': 'computes what the plugins say, plainly',
  'models/scheduling/policies/index.ts': 'a list: each policy says in its own file what it leaves out',
  'models/scheduling/plugins/index.ts': 'a list: each plugin says in its own file what it leaves out',
  'models/scheduling/plugins/service-relations.ts': 'lists of services, looked up by the affinity plugin',
  'models/scheduling/plugins/shape-table.ts': 'a table that is filled on demand',
  'models/scheduling/plugins/topology-sums.ts': 'two columns of sums',
  'models/scheduling/shape-row.ts': 'computes what the plugins say of many nodes at once; as cached-evaluator.ts',
  'models/schemes/index.ts': 'a list: each scheme says in its own file what it leaves out',
  'models/schemes/scheme.ts': 'the interface that the schemes fill in',
  'models/traffic/flow-rows.ts': 'writes flows into the recording; models/traffic/talkers.ts is the model',
  'models/world/catalog.ts': 'words and shapes of the recording',
  'models/world/marks.ts': 'words for the marks of the recording',
  'models/world/metrics.ts': 'words for the figures of a run',
  'models/world/node-metrics.ts': 'words for the figures of a run',
  'models/world/metric-spec.ts': 'words for the figures of a run',
  'models/world/federation-metrics.ts': 'words for the figures of a run',
  'models/world/image-metrics.ts': 'words for the figures of a run',
  'models/world/job-metrics.ts': 'words for the figures of a run',
  'models/world/growth-metrics.ts': 'words for the figures of a run',
  'models/world/publication.ts': 'names of the catalog as small integers',
  'models/world/world.ts': 'holds what the models of a run share',
};

describe('exports that say what they mean', () => {
  it('every export of sim, models and scenarios has a doc', () => {
    const files = below('sim', 'models', 'scenarios');
    expect(files.length).toBeGreaterThan(150);
    const bare = files.flatMap(({ path, text }) => undocumented(text).map((name) => `${path}: ${name}`));
    expect(bare).toEqual([]);
  });

  it('knows an export without a doc when it sees one', () => {
    expect(undocumented('/** Doc. */\nexport const a = 1;\nexport async function b() {}')).toEqual(['b']);
    expect(undocumented('/* no doc */\nexport type A = 1;\n// nor this\nexport class B {}')).toEqual(['A', 'B']);
    expect(undocumented("/** A file. */\n\nexport interface C {}\nexport { d } from './d.ts';")).toEqual(['C']);
  });
});

describe('models that say where they come from and where they end', () => {
  it('every model opens with its source and with what it leaves out', () => {
    const silent = below('models').filter((source) => !saysWhatItIs(source) && !(source.path in HOLD_NO_MODEL));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('the list of files without a model names only such files', () => {
    const needed = new Set(below('models').flatMap((source) => (saysWhatItIs(source) ? [] : [source.path])));
    expect(Object.keys(HOLD_NO_MODEL).filter((path) => !needed.has(path))).toEqual([]);
  });

  it('knows a silent model when it sees one', () => {
    const model = (comment: string): Source => ({ path: 'models/x.ts', text: `${comment}\nconst a = 1;`, imports: [] });
    expect(saysWhatItIs(model('/**\n * X.\n *\n * Source: RFC 1.\n * Left\n * out: y.\n */'))).toBe(true);
    expect(saysWhatItIs(model('/** X. Source: RFC 1. */'))).toBe(false);
    expect(saysWhatItIs(model('/** X. Leaves out: y. */'))).toBe(false);
    expect(saysWhatItIs(model('const b = 2;\n/** Source: RFC 1. Leaves out: y. */'))).toBe(false);
  });
});
