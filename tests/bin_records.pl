#!/usr/bin/perl
# The records in bin files, and in bins one behind the other, as they are: bin_records.pl FILE... Their heads and tails are left out, and so
# is a record that is cut at the end of a file; anything else that is no record ends it with 1. With -c only the number of records is printed.
use strict;
use warnings;

my $count = @ARGV && $ARGV[0] eq '-c' ? shift @ARGV : 0;
my $records = 0;
binmode STDOUT;
for my $name (@ARGV) {
	open my $file, '<:raw', $name or die "$name: $!\n";
	my $data = do { local $/; <$file> } // '';
	my $at = 0;
	while ($at + 12 <= length $data) {
		my ($magic, $length) = unpack 'V2', substr $data, $at, 8;
		if (($magic & 0xfffffff0) == 0x184d2a50) {
			$at += 8 + $length;
			next;
		}
		die "$name: byte $at: no record\n" if $magic != 0x445541ab;
		last if $at + $length > length $data;
		$records++;
		print substr $data, $at, $length unless $count;
		$at += $length;
	}
}
print "$records\n" if $count;
