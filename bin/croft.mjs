#!/usr/bin/env node
// croft in a checkout: bundles the sources into dist/ when they are newer than the bundle, then runs it.
import { createRequire } from 'node:module';
import { isStale, build } from '../scripts/build.mjs';

if (isStale()) await build();
createRequire(import.meta.url)('../dist/croft.cjs').start();
