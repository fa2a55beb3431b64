#!/usr/bin/env perl
# A large log out of a recorded one: big_log.pl LOG BYTES [STRETCH] > BIG. The log is repeated; each time its serials go on where those of the
# time before ended, and its times too, so that no event comes twice and the real interleaving and density stay.
use strict;
use warnings;

my ($path, $size, $stretch) = (@ARGV, 1);
open(my $log, '<', $path) or die "$path: $!\n";
local $/;
my $text = <$log>;
my (%serials, $first, $last);
while ($text =~ /audit\((\d+)\.\d+:(\d+)\)/g) {
	$first = $1 if !defined $first || $1 < $first;
	$last = $1 if !defined $last || $1 > $last;
	$serials{$2} = 1;
}
my ($lowest, $highest) = (sort { $a <=> $b } keys %serials)[0, -1];
my ($seconds, $numbers) = (($last - $first + 1) * $stretch, $highest - $lowest + 1);

# The stamp of an event in the present round, from the one that was recorded.
sub stamp {
	my ($s, $ms, $serial, $round) = @_;
	my $after = (($s - $first) * 1000 + $ms) * $stretch;
	return sprintf('audit(%d.%03d:%d)', $first + $round * $seconds + int($after / 1000), $after % 1000, $serial + $round * $numbers);
}

for (my ($written, $round) = (0, 0); $written < $size; $round++) {
	my $copy = $text;
	$copy =~ s/audit\((\d+)\.(\d+):(\d+)\)/stamp($1, $2, $3, $round)/ge;
	print $copy;
	$written += length $copy;
}
