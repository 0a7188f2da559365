/**
 * What every host has before any service: the ground that the others stand on. /usr/sbin/policy-rc.d is asked by Debian's packages
 * before they start a daemon (invoke-rc.d(8)); croft's answer is 101, "forbidden", while croft itself installs (CROFT_INSTALLING), so
 * that no daemon ever runs on its default configuration; else 0. /var/lib/croft/loaded holds what each unit has loaded (law 1). The
 * pseudo unit `systemd` is the manager itself, which reads /etc/systemd/system and is told by daemon-reload; it has no check and no probe,
 * because it never refuses the whole: a line that it does not understand is left out with a warning, in the unit of that file only.
 */
import type { Resource } from '../model/resource.ts';
import type { Service } from '../model/service.ts';
import { heading } from '../formats/heading.ts';
import { directory } from '../resources/directory.ts';
import { file } from '../resources/file.ts';
import { unit } from '../resources/unit.ts';

/** Every host, whatever it is for. */
export const base: Service = {
  name: 'base',
  *compile({ host }): Iterable<Resource> {
    const whose = { owner: 'coop', source: host.source } as const;
    yield directory('/var/lib/croft', {}, whose);
    yield directory('/var/lib/croft/loaded', {}, { ...whose, needs: ['directory:/var/lib/croft'] });
    yield file('/usr/sbin/policy-rc.d', { text: `#!/bin/sh\n${heading('#', host.source)}${policy}`, mode: '0755' }, whose);
    yield unit('systemd', { load: { reads: ['/etc/systemd/system/'], reload: ['systemctl', 'daemon-reload'] } }, {
      ...whose, needs: ['directory:/var/lib/croft/loaded'],
    });
  },
};

const policy = '[ -z "$CROFT_INSTALLING" ] || exit 101\nexit 0\n';
