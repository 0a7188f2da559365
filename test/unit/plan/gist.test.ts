import { describe, expect, test } from 'vitest';
import { gist } from '../../../reconciler/resources/gist.ts';

const said = (stdout: string, status = 0) => ({ status, stdout, stderr: '' });
const report = (used: number, hard: number): string => `Project,BlockStatus,FileStatus,BlockUsed,BlockSoftLimit,BlockHardLimit,BlockGrace\n#10001,ok,ok,${used},0,${hard},,1,0,0,\n`;
const groups = (used: number, limit: number): string => `qgroupid rfer excl max_rfer max_excl path\n0/257 ${used} ${used} ${limit} none home/ada\n`;

describe('what of an answer counts', () => {
  test.each<[string, readonly string[], (used: number, limit: number) => string]>([
    ['a project quota', ['repquota', '-P', '-v', '-n', '-O', 'csv', '/home'], report],
    ['a quota group', ['btrfs', 'qgroup', 'show', '-re', '--raw', '/home'], groups],
  ])('is of %s its limit, not what is in use', (_, argv, answer) => {
    expect(gist(argv, said(answer(1, 1024)))).toBe(gist(argv, said(answer(2, 1024))));
    expect(gist(argv, said(answer(1, 1024)))).not.toBe(gist(argv, said(answer(1, 2048))));
    expect(gist(argv, said(answer(1, 1024), 1))).not.toBe(gist(argv, said(answer(1, 1024))));
  });

  test('is of a directory the project that it hands down, not what whoever it belongs to may set there', () => {
    const [argv, flags] = [['lsattr', '-d', '-p', '/home/ada'], (id: number, flags: string) => said(`${id} ${flags} /home/ada\n`)];
    expect(gist(argv, flags(10001, '---------------------P'))).toBe(gist(argv, flags(10001, '------d--------------P')));
    expect(gist(argv, flags(10001, '---------------------P'))).not.toBe(gist(argv, flags(10002, '---------------------P')));
    expect(gist(argv, flags(10001, '---------------------P'))).not.toBe(gist(argv, flags(10001, '----------------------')));
  });

  test('is of any other program all it says', () => {
    expect(gist(['systemctl', 'show'], said('ActiveState=active\n'))).not.toBe(gist(['systemctl', 'show'], said('ActiveState=failed\n')));
  });
});
