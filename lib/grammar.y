/* The grammar of expressions, and of HP-UX's filter blocks. Each action calls one constructor. */
/* SPDX-License-Identifier: BSD-2-Clause */
%define api.pure full
%define api.prefix {expr_}
%define api.location.type {struct place}
%define parse.error detailed
%define parse.lac full
%param {void *scanner}
%parse-param {struct syntax *syntax}
%locations
%expect 0

%code requires {
#include "syntax.h"
}

%union {
	struct word word;
	struct words *words;
	struct node *node;
	enum comparison comparison;
}

%code {
#include <string.h>

#define YYMAXDEPTH 1000
#define YYMALLOC mem_alloc
#define YYLLOC_DEFAULT(current, right, n)                                   \
	do {                                                                \
		(current).begin = YYRHSLOC(right, (n) > 0 ? 1 : 0).begin;   \
		(current).end = YYRHSLOC(right, n).end;                     \
	} while (0)

/* A constructor has reported what is wrong. */
#define CHECK(node)             \
	do {                    \
		if (!(node))    \
			YYABORT; \
	} while (0)

int expr_lex(EXPR_STYPE *value, EXPR_LTYPE *place, void *scanner);
static void expr_error(const struct place *place, void *scanner, struct syntax *syntax, const char *message);
}

%token YYEOF 0 "end of text"
%token BEGIN_EXPRESSION "expression" BEGIN_FILTER "filter file"
%token FILTER "[filter]" INCLUDE "include" EXCLUDE "exclude" END "end of line"
%token AND "&&" OR "||" NOT "!" IN "in" EXISTS "exists" '(' "(" ')' ")" ',' "comma" '&' "&"
%token <comparison> COMPARE "comparison"
%token <word> WORD "word" STRING "quoted string" FIELD "%{field}" PATTERN "/pattern/"
%type <word> value item operand
%type <words> items
%type <node> expr term filters filter rules conditions condition

%left OR
%left AND
%precedence NOT

%%

start: BEGIN_EXPRESSION expr { syntax->expr->root = $2; }
     | BEGIN_FILTER filters  { syntax->expr->root = $2; }
     ;

expr: term
    | '(' expr ')'     { $$ = $2; }
    | NOT expr         { CHECK($$ = tree_not($2)); }
    | expr AND expr    { CHECK($$ = tree_and(syntax, &@2, $1, $3)); }
    | expr OR expr     { CHECK($$ = tree_or(syntax, &@2, $1, $3)); }
    ;

term: WORD COMPARE value           { CHECK($$ = tree_compare(syntax, &$1, $2, &$3)); }
    | WORD IN '(' items ')'        { CHECK($$ = tree_in(syntax, &$1, $4)); }
    | WORD IN item                 { CHECK($$ = tree_in(syntax, &$1, syntax_list(syntax, NULL, &$3))); }
    | WORD '&' item                { CHECK($$ = tree_mask(syntax, &$1, &$3, COMPARE_NOT_EQUAL, NULL)); }
    | WORD '&' item COMPARE item   { CHECK($$ = tree_mask(syntax, &$1, &$3, $4, &$5)); }
    | EXISTS WORD                  { CHECK($$ = tree_exists(syntax, &$2)); }
    ;

value: item | FIELD ;

item: WORD | STRING ;

items: item            { $$ = syntax_list(syntax, NULL, &$1); }
     | items ',' item  { $$ = syntax_list(syntax, $1, &$3); }
     ;

/* HP-UX: a record passes if it meets any filter; of a filter all includes, and no exclude. */
filters: filter
       | filters filter  { CHECK($$ = tree_or(syntax, &@2, $1, $2)); }
       ;

filter: FILTER rules { $$ = $2; } ;

rules: %empty                        { CHECK($$ = tree_constant(syntax, true)); }
     | rules INCLUDE conditions end  { CHECK($$ = tree_and(syntax, &@2, $1, $3)); }
     | rules EXCLUDE conditions end  { CHECK($$ = tree_and(syntax, &@2, $1, tree_not($3))); }
     ;

end: END | YYEOF ;

conditions: condition
          | conditions OR condition  { CHECK($$ = tree_or(syntax, &@2, $1, $3)); }
          ;

condition: WORD COMPARE operand { CHECK($$ = filter_condition(syntax, &$1, $2, &$3)); } ;

operand: WORD | STRING | PATTERN ;

%%

static void
expr_error(const struct place *place, void *scanner, struct syntax *syntax, const char *message)
{
	const char *detail = strstr(message, "syntax error, ");

	if (strncmp(message, "memory exhausted", 16) == 0)
		syntax_error(syntax, place, "nested too deeply");
	else
		syntax_error(syntax, place, "%s", detail != NULL ? detail + strlen("syntax error, ") : message);
}
