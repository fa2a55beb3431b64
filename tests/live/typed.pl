#!/usr/bin/env perl
# typed.pl TEXT: types the text at a terminal of its own whose input the kernel records, as pam_tty_audit has it for a login session.
use strict;
use warnings;

my $text = shift;
socket(my $audit, 16, 3, 9) or die "socket: $!"; # AF_NETLINK, SOCK_RAW, NETLINK_AUDIT
my $setting = pack("LSSLL LL", 24, 1017, 1, 1, 0, 1, 0); # AUDIT_TTY_SET: enabled, without passwords
send($audit, $setting, 0, pack("SSLL", 16, 0, 0, 0)) or die "AUDIT_TTY_SET: $!";

open(my $master, "+<", "/dev/ptmx") or die "/dev/ptmx: $!";
my $number = pack("i", 0);
ioctl($master, 0x40045431, $number) or die "TIOCSPTLCK: $!";
ioctl($master, 0x80045430, $number) or die "TIOCGPTN: $!";
open(my $terminal, "+<", "/dev/pts/" . unpack("i", $number)) or die "terminal: $!";
syswrite($master, "$text\n") or die "master: $!";
sysread($terminal, my $line, 100) or die "read: $!";
