/** All checkers: a new one is one file and one line here. */
import type { Checker } from '../checker.ts';
import { answers } from './answers.ts';
import { belief } from './belief.ts';
import { bounds } from './bounds.ts';
import { budgets } from './budgets.ts';
import { daemons } from './daemons.ts';
import { deletions } from './deletions.ts';
import { division } from './division.ts';
import { drains } from './drains.ts';
import { figures } from './figures.ts';
import { jobs } from './jobs.ts';
import { masters } from './masters.ts';
import { members } from './members.ts';
import { memory } from './memory.ts';
import { ordinals } from './ordinals.ts';
import { phases } from './phases.ts';
import { placing } from './placing.ts';
import { quiet } from './quiet.ts';
import { rollouts } from './rollouts.ts';
import { room } from './room.ts';
import { settled } from './settled.ts';
import { upgrades } from './upgrades.ts';

/** In the order in which their findings are told. */
export const CHECKERS: readonly Checker[] = [
  phases,
  placing,
  room,
  figures,
  belief,
  budgets,
  drains,
  rollouts,
  ordinals,
  daemons,
  jobs,
  memory,
  bounds,
  division,
  members,
  deletions,
  upgrades,
  masters,
  settled,
  answers,
  quiet,
];
