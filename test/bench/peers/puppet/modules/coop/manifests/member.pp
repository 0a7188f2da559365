# Everything of one member.
define coop::member (Integer $uid, String $gecos, String $key, String $memory, Integer $tasks, String $zone, String $ipv4, String $ipv6, Array[Hash] $sites, Array[Hash] $mail) {
  group { $name: gid => $uid }
  user { $name: uid => $uid, gid => $name, comment => $gecos, home => "/home/members/${name}", shell => '/bin/bash', managehome => true }
  file { "/etc/ssh/authorized_keys.d/${name}": owner => 'root', group => 'root', mode => '0644', content => "${key}\n" }
  file { "/etc/systemd/system/user-${uid}.slice.d": ensure => directory, owner => 'root', group => 'root', mode => '0755' }
  file { "/etc/systemd/system/user-${uid}.slice.d/50-limits.conf":
    owner => 'root', group => 'root', mode => '0644',
    content => epp('coop/limits.epp', { memory => $memory, tasks => $tasks }), notify => Exec['reload systemd'],
  }
  $sites.each |$site| {
    file { "/etc/nginx/members.d/${site['id']}.conf":
      owner => 'root', group => 'root', mode => '0644',
      content => epp('coop/site.epp', { site => $site }), notify => Exec['reload nginx'],
    }
  }
  file { "/etc/bind/members/${zone}.zone":
    owner => 'root', group => 'bind', mode => '0644',
    content => epp('coop/zone.epp', { zone => $zone, ipv4 => $ipv4, ipv6 => $ipv6 }), notify => Exec['reload bind'],
  }
}
