# The work of the bench in BundleWrap's own terms: one item a thing. What is not declared among the sites is removed.
from json import load

with open('/coop/ansible.json') as data:
    members = load(data)['members']


def written(source, group='root', context=None, reloads=None):
    return {
        'source': source, 'content_type': 'jinja2', 'context': context or {}, 'owner': 'root', 'group': group, 'mode': '0644',
        'triggers': ['action:reload_' + reloads] if reloads else [],
    }


groups = {member['name']: {'gid': member['uid']} for member in members}
users = {
    member['name']: {
        'uid': member['uid'], 'gid': member['name'], 'full_name': member['gecos'], 'home': '/home/members/' + member['name'], 'shell': '/bin/bash',
    }
    for member in members
}
directories = {'/etc/nginx/members.d': {'purge': True, 'triggers': ['action:reload_nginx']}}
for member in members:
    directories['/home/members/' + member['name']] = {'owner': member['name'], 'group': member['name'], 'mode': '0755'}
    directories[f"/etc/systemd/system/user-{member['uid']}.slice.d"] = {'owner': 'root', 'group': 'root', 'mode': '0755'}

files = {
    '/etc/bind/named.conf.members': written('named.j2', group='bind', context={'members': members}, reloads='bind'),
    '/etc/postfix/virtual.members': written('mail.j2', context={'members': members}, reloads='map'),
}
for member in members:
    key = {'content': member['key'] + '\n', 'content_type': 'text', 'owner': 'root', 'group': 'root', 'mode': '0644'}
    files['/etc/ssh/authorized_keys.d/' + member['name']] = key
    files[f"/etc/systemd/system/user-{member['uid']}.slice.d/50-limits.conf"] = written('limits.j2', context={'member': member}, reloads='systemd')
    files[f"/etc/bind/members/{member['zone']}.zone"] = written('zone.j2', group='bind', context={'member': member}, reloads='bind')
    for site in member['sites']:
        files[f"/etc/nginx/members.d/{site['id']}.conf"] = written('site.j2', context={'site': site}, reloads='nginx')

actions = {'reload_' + what: {'command': '/bin/true', 'triggered': True} for what in ('nginx', 'bind', 'systemd', 'map')}
