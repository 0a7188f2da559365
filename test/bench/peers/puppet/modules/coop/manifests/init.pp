# The work of the bench in Puppet's own terms. What is not declared among the sites is removed.
class coop (Hash[String, Hash] $members) {
  exec { ['reload nginx', 'reload bind', 'reload systemd', 'rebuild map']:
    command     => '/bin/true',
    refreshonly => true,
  }
  file { ['/etc/ssh/authorized_keys.d', '/etc/bind/members', '/home/members', '/etc/postfix']: ensure => directory, owner => 'root', group => 'root' }
  file { '/etc/nginx/members.d':
    ensure  => directory,
    owner   => 'root',
    group   => 'root',
    mode    => '0755',
    recurse => true,
    purge   => true,
    force   => true,
    notify  => Exec['reload nginx'],
  }
  $members.each |$name, $member| { coop::member { $name: * => $member } }
  file { '/etc/bind/named.conf.members':
    owner => 'root', group => 'bind', mode => '0644',
    content => epp('coop/named.epp', { members => $members }), notify => Exec['reload bind'],
  }
  file { '/etc/postfix/virtual.members':
    owner => 'root', group => 'root', mode => '0644',
    content => epp('coop/mail.epp', { members => $members }), notify => Exec['rebuild map'],
  }
}
