#!/usr/bin/env perl
# Writes doc/events.md: every audit event with its Linux source, its tail and a real line, and what of AIX cannot be. From config/,
# doc/events.aix, doc/events.generic, and the lines of records on standard input: EVENT<tab>RESULT<tab>TAIL. `make events-doc`.
use strict;
use warnings;

sub slurp { open(my $f, '<', $_[0]) or die "$_[0]: $!\n"; local $/; my $text = <$f>; $text =~ s/\\\n\s*/ /g; return $text }
sub cell { my $text = shift; $text =~ s/\|/\\|/g; $text =~ s/</&lt;/g; return $text }
sub code { return $_[0] eq '' ? '' : '`' . $_[0] =~ s/\|/\\|/gr . '`' }

# The map, by section; each event's stanzas in the order of the file.
my (@sections, %source, %tail, @comment, $event);
for (split /\n/, slurp('config/eventmap')) {
	if (/^\* ---- (.*)/) { push @sections, { title => $1, events => [] } }
	elsif (/^(\w+):$/) {
		$event = $1;
		push @{ $sections[-1]{events} }, $event unless $source{$event};
		push @{ $source{$event} }, {};
	} elsif (/^\s+(\w+) = (.*)/) {
		$source{$event}[-1]{$1} = $2;
		$tail{$event} //= $2 if $1 eq 'tail';
	}
}
my %format = slurp('config/events') =~ /^\t(\w+) = printf "(.*)"$/mg;
my %example;
while (<STDIN>) {
	chomp;
	my ($name, $result, $text) = split /\t/, $_, 3;
	my $line = "$name $result $text" =~ s/ +$//r;
	$example{$name} = $line if !$example{$name} || ($example{$name} =~ /^\w+ FAIL/ && $result eq 'OK');
}

print "# Audit events\n\n",
    "Made by `make events-doc` from config/eventmap, config/events, doc/events.aix and doc/events.generic: change those.\n\n",
    "The example is what auditpr prints of a record in tests/fixtures: event, result, tail. A user's id stands where the recording\n",
    "host told no name. In config/ each event may be changed, and others added: eventmap(5), events(5).\n";
for my $section (@sections) {
	print "\n## \u$section->{title}\n\n| event | from | tail | example |\n|---|---|---|---|\n";
	for my $name (@{ $section->{events} }) {
		my @from;
		for my $stanza (@{ $source{$name} }) {
			my @what = ($stanza->{syscall} // (), map { s/(\w+)/\U$1/gr } $stanza->{type} // ());
			push @from, join(', ', @what) . ($stanza->{when} ? ' where ' . code($stanza->{when}) : '');
		}
		printf "| %s | %s | %s | %s |\n", $name, join('; ', @from), code($format{$name} // ''), code($example{$name} // '');
	}
}

print "\n## Objects\n\nA watched file's event has the name that config/objects gives it: `w = \"S_PASSWD_WRITE\"`. Its tail is\n",
    "`audit object write event detected /etc/passwd`.\n";
print "\n## Without an event of their own\n\nWhat no stanza matches is not lost: a system call is `SYS_<call>`, an operation of io_uring that is no call\n",
    "`URING_<operation>`, a record type `KERN_<TYPE>`. These have no other name on purpose:\n\n";
for (split /\n\n/, slurp('doc/events.generic') =~ s/^\*.*\n//mgr) {
	my ($reason, $names) = split /\n/, $_ =~ s/^\n+//r, 2;
	print "* $reason ", join(', ', map { s/^(SYS|KERN)_//r } split ' ', $names), "\n";
}
print "\n## AIX's events that Linux cannot produce\n\nconfig/events knows their names, so that AIX's own classes are accepted. Nothing makes them.\n\n| event | why |\n|---|---|\n";
my $aix = slurp('doc/events.aix');
print "| $1 | ", cell($2), " |\n" while $aix =~ /^(\w+)\t(.*)$/mg;
