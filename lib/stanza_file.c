/* What one does with stanzas that were read: files, look-ups, lists. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "stanza.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "strmap.h"

int
stanza_load(struct stanza_file *file, const char *directory, const char *name, struct err *error)
{
	char *path = mem_alloc(strlen(directory) + strlen(name) + 2), *text;
	size_t length;
	int rc;

	*file = (struct stanza_file){ 0 };
	stpcpy(stpcpy(stpcpy(path, directory), "/"), name);
	text = file_load(path, STANZA_FILE_MAX, &length, error);
	rc = text == NULL ? -1 : stanza_parse(file, path, text, length, error);
	free(text);
	free(path);
	return rc;
}

void
stanza_clear(struct stanza_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		free(file->stanzas[i].attributes);
	free(file->stanzas);
	arena_clear(&file->arena);
	*file = (struct stanza_file){ 0 };
}

static int
complain_twice(const struct stanza_file *file, const char *what, const char *name, unsigned line, unsigned first,
    struct err *error)
{
	struct shown shown;

	return err_set(error, "%s:%u: %s `%s` stands twice: the first is in line %u", file->path, line, what,
	    err_show(&shown, name, strlen(name)), first);
}

int
stanza_check_attributes(const struct stanza_file *file, const struct stanza *stanza, struct err *error)
{
	struct strmap seen = { 0 };
	int rc = 0;

	for (size_t i = 0; i < stanza->count && rc == 0; i++) {
		const struct attribute *attribute = &stanza->attributes[i];
		bool added;
		uint32_t *line = strmap_add(&seen, attribute->name, &added);

		if (!added)
			rc = complain_twice(file, "attribute", attribute->name, attribute->line, *line, error);
		*line = attribute->line;
	}
	strmap_clear(&seen);
	return rc;
}

int
stanza_check_unique(const struct stanza_file *file, struct err *error)
{
	struct strmap seen = { 0 };
	int rc = 0;

	for (size_t i = 0; i < file->count && rc == 0; i++) {
		const struct stanza *stanza = &file->stanzas[i];
		bool added;
		uint32_t *line = strmap_add(&seen, stanza->name, &added);

		if (!added)
			rc = complain_twice(file, "stanza", stanza->name, stanza->line, *line, error);
		else
			rc = stanza_check_attributes(file, stanza, error);
		*line = stanza->line;
	}
	strmap_clear(&seen);
	return rc;
}

const struct stanza *
stanza_find(const struct stanza_file *file, const char *name)
{
	for (size_t i = 0; i < file->count; i++)
		if (strcmp(file->stanzas[i].name, name) == 0)
			return &file->stanzas[i];
	return NULL;
}

const struct attribute *
stanza_attribute(const struct stanza *stanza, const char *name)
{
	for (size_t i = 0; i < stanza->count; i++)
		if (strcmp(stanza->attributes[i].name, name) == 0)
			return &stanza->attributes[i];
	return NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void
list_init(struct list *list, const char *text)
{
	*list = (struct list){ .at = *text != '\0' ? text : NULL };
}

int
list_next(struct list *list)
{
	const char *comma;

	if (list->at == NULL)
		return 0;
	comma = strchrnul(list->at, ',');
	list->word = list->at;
	list->length = (size_t)(comma - list->at);
	list->at = *comma == ',' ? comma + 1 : NULL;
	while (list->length > 0 && is_blank(list->word[list->length - 1]))
		list->length--;
	for (; list->length > 0 && is_blank(*list->word); list->length--)
		list->word++;
	if (list->length == 0)
		list->problem = "an empty name in the list";
	for (size_t i = 0; i < list->length; i++)
		if (is_blank(list->word[i]))
			list->problem = "a blank inside a name (is a comma missing?)";
	return list->problem != NULL ? -1 : 1;
}
