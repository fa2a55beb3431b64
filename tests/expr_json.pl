#!/usr/bin/env perl
# Random expressions in two languages: expr_json.pl SEED COUNT RECORDS.json prints lines of auditselect's, a tab, and jq's for the same.
# The values come from the records, so that most expressions match some; jq evaluates over auditpr -F json, knowing nothing of ours.
use strict;
use warnings;

my ($seed, $count, $path) = @ARGV;
srand($seed);
open(my $file, '<', $path) or die "$path: $!\n";
my @records = <$file>;

my %numbers = (login => 'LoginUID', real => 'RealUID', effective => 'EffectiveUID', pid => 'PID', ppid => 'ParentPID',
	session => 'Session', serial => 'Serial', exit => 'Exit');
my %texts = (event => 'EventType', command => 'Command', exe => 'Exe', cwd => 'Cwd');
my %lists = (path => 'Path', argv => 'Argv', key => 'Key');

sub pick { return $_[rand @_]; }

# A value that some record has for that key, or undef where that record has none, or one that both languages would write differently.
sub value_of {
	my ($key) = @_;
	my $record = pick(@records);
	return undef unless $record =~ /"$key":(?:\[)?("(?:[\w\/.,:+-]+)"|-?\d+)/;
	my $value = $1;
	$value =~ s/"//g;
	return $value;
}

sub comparison {
	my $name = pick(sort(keys %numbers), sort(keys %texts), sort(keys %lists));
	if (my $key = $numbers{$name}) {
		my $value = value_of($key);
		return comparison() unless defined $value && $value =~ /^-?\d+$/;
		my $op = pick('==', '!=', '<', '>', '<=', '>=');
		return ("$name != $value", "(.$key == $value | not)") if $op eq '!=';
		return ("$name $op $value", "(.$key != null and .$key $op $value)");
	}
	if (my $key = $texts{$name}) {
		my $value = value_of($key);
		return comparison() unless defined $value;
		return ("$name ~ \"^\Q$value\E\"", "(.$key // \"\" | startswith(\"$value\"))") if rand() < 0.3;
		return rand() < 0.5 ? ("$name == \"$value\"", "(.$key == \"$value\")") : ("$name != \"$value\"", "(.$key == \"$value\" | not)");
	}
	my $key = $lists{$name};
	my $value = value_of($key);
	return comparison() unless defined $value;
	return rand() < 0.5 ? ("$name == \"$value\"", "(.$key // [] | any(. == \"$value\"))")
		: ("$name != \"$value\"", "(.$key // [] | any(. == \"$value\") | not)");
}

sub expression {
	my ($depth) = @_;
	return comparison() if $depth == 0 || rand() < 0.3;
	my ($a, $ja) = expression($depth - 1);
	if (rand() < 0.2) {
		return ("!($a)", "($ja | not)");
	}
	my ($b, $jb) = expression($depth - 1);
	return rand() < 0.5 ? ("($a && $b)", "($ja and $jb)") : ("($a || $b)", "($ja or $jb)");
}

for (1 .. $count) {
	my ($ours, $jq) = expression(3);
	print "$ours\t$jq\n";
}
