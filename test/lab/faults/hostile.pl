#!/usr/bin/perl
# A hostile member, logged in as herself: in every place where she can write she makes links, directories, fifos, sockets and deep trees,
# gives names as croft gives them to what it stages, and puts one in the place of the other as fast as she can.
#   perl hostile.pl SECONDS
use strict;
use warnings;
use Fcntl;
use Socket;
use Time::HiRes qw(time);

my $seconds = shift;
open STDERR, '>', '/dev/null'; # much of it must fail
my $home = (getpwuid $<)[7];
my $me = (getpwuid $<)[0];
my %mine = map { $_ => 1 } $home, "$home/web", "$home/.ssh", '/tmp', '/var/tmp', '/dev/shm';

# Whatever else she finds that she can write in.
for my $found (split /\n/, `find / -xdev -type d -writable -not -path '/proc/*' -not -path '$home/*' 2>/dev/null; find /dev /run /home -type d -writable -not -path '$home/*' 2>/dev/null`) {
  $mine{$found} = 1 unless $found =~ m{^/(?:proc|sys)};
}
mkdir $_ for "$home/web", "$home/.ssh";
my @places = grep { -d $_ && -w $_ } sort keys %mine;
print "places: @places\n";

my @targets = ('/etc/passwd', '/etc/shadow', '/root', '/etc', '/var/lib/croft', '/var/lib/croft/inventory.jsonl', '/var/lib/extrausers/shadow', '/etc/ssh/authorized_keys.d', '/home', '/home/dana', '/dev/zero', '/proc/self/mem', '/', '.', '..', 'nowhere', '/etc/apache2/croft/sites', '/run/croft/lock');
my @names = ('index.html', 'web', '.ssh', 'authorized_keys', '.croft', 'croft', 'lock', 'www.ada.example.conf', '.bashrc', 'x', 'croft-bare-x', '..x', "new\nline", '-rf', 'quota', '.hidden');
my %did;

sub name { rand() < 0.2 ? sprintf('.%s.croft-%016x', $names[rand @names], rand 2 ** 52) : $names[rand @names] }

# A file to write in. Where a fifo is there already, opening it would wait for a reader that never comes.
sub made {
  sysopen(my $f, $_[0], O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK) or return;
  return $f;
}

# Away with whatever is there: into a bin of hers, for a directory may be full.
sub clear {
  my ($path) = @_;
  return if unlink $path or rmdir $path;
  rename $path, "$home/.bin-" . int rand 50 or system 'rm', '-rf', '--', $path;
}

my @deeds = (
  sub { symlink $targets[rand @targets], $_[0] and 'symlink' },
  sub { mkdir $_[0] and 'directory' },
  sub { system('mkfifo', '-m', '0666', '--', $_[0]) == 0 and 'fifo' },
  sub { link $targets[rand @targets], $_[0] and 'link to what is not hers' },
  sub { open(my $f, '>', "$home/.own") or return; print $f 'x'; close $f; link "$home/.own", $_[0] and 'hard link' },
  sub { socket(my $s, PF_UNIX, SOCK_STREAM, 0) or return; length $_[0] < 100 and bind $s, sockaddr_un($_[0]) and 'socket' },
  sub { my $f = made($_[0]) or return; print $f "#!/bin/sh\nid\n"; close $f; chmod 06777, $_[0]; 'file' },
  sub { my $path = $_[0]; for (1 .. 60) { mkdir $path or last; $path .= '/d' } 'deep tree' },
  sub { my $f = made($_[0]) or return; truncate $f, 2 ** 40; close $f; 'sparse file' },
);

# Her home itself and what croft looks at in it: modes, and one in the place of the other and back again.
sub swap {
  my ($place) = @_;
  my ($one, $other) = ("$place/.one-$$", "$place/.other-$$");
  mkdir $one;
  symlink '/etc', $other;
  for (1 .. 20) {
    rename $one, "$place/.t-$$" and rename $other, $one and rename "$place/.t-$$", $other;
  }
  clear($one);
  clear($other);
  $did{swap}++;
}

my $end = time + $seconds;
while (time < $end) {
  my $place = $places[rand @places];
  my $path = "$place/" . name();
  clear($path) if -l $path || -e _;
  my $what = $deeds[rand @deeds]->($path);
  $did{$what}++ if $what;
  swap($place) if rand() < 0.05;
  chmod((0, 0700, 0777, 0710)[rand 4], $home), chmod 0710, $home if rand() < 0.02;
  chmod((0, 0777, 0755)[rand 3], "$home/web") if rand() < 0.02;
}

# What lies outside her home she takes along.
chmod 0710, $home;
chmod 0755, "$home/web";
for my $place (grep { !m{^\Q$home\E(?:/|$)} } @places) {
  opendir(my $directory, $place) or next;
  for my $entry (grep { !/^\.\.?$/ } readdir $directory) {
    my $path = "$place/$entry";
    my $owner = (lstat $path)[4];
    system 'rm', '-rf', '--', $path if defined $owner && $owner == $<;
  }
}
print join(', ', map { "$_ $did{$_}" } sort keys %did), "\n";
