/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lessons are XML; data/lessons/README.md describes it. */
#include "sv-config.h"

#include "sv-lesson-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  const char *file; /* its name, for messages */
  SvLesson *lesson;
  SvLessonStep *step;
  SvPrediction *prediction;
  SvLessonDeed *deed;
  SvLessonCheck *check;
  SvLessonPlace place; /* of the text that is being read */
  char *value;         /* of the choice that is being read */
  char *up_to;
  GString *text; /* NULL outside of an element with text */
} Parser;

typedef struct
{
  const char *parent; /* "": the outermost */
  const char *name;
  gboolean has_text;
  const char *attributes;
} Element;

static const Element ELEMENTS[] = {
  { "", "lesson", FALSE, "id number minutes" },
  { "lesson", "title", TRUE, "" },
  { "lesson", "summary", TRUE, "" },
  { "lesson", "step", FALSE, "id on look patience" },
  { "step", "title", TRUE, "on" },
  { "step", "text", TRUE, "on" },
  { "step", "by-hand", TRUE, "on" },
  { "step", "done", TRUE, "on" },
  { "step", "predict", FALSE, "on" },
  { "step", "do", FALSE, "on" },
  { "step", "check", FALSE, "on" },
  { "predict", "question", TRUE, "" },
  { "predict", "choice", TRUE, "value to" },
  { "predict", "answer", FALSE, "value against" },
  { "predict", "right", TRUE, "" },
  { "predict", "wrong", TRUE, "" },
  { "do", "label", TRUE, "" },
};

static const char *const STEP_TEXTS[SV_N_LESSON_TEXTS] = {
  [SV_LESSON_TITLE] = "title",
  [SV_LESSON_TEXT] = "text",
  [SV_LESSON_BY_HAND] = "by-hand",
  [SV_LESSON_DONE] = "done",
};

/* ---- Errors. */

/* GMarkup's own message says where it was damaged; the parser may be further on. */
static void
fail_as_xml (Parser *self, const GError *why, GError **error)
{
  const char *number = why->message + strcspn (why->message, "0123456789");
  guint64 line = g_ascii_strtoull (number, NULL, 10);

  g_set_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_FILE, _("%s:%u: This is no XML: %s"), self->file,
               (guint) MAX (line, 1), why->message);
}

static void G_GNUC_PRINTF (4, 5)
fail (GMarkupParseContext *context, Parser *self, GError **error, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;
  int line, column;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_markup_parse_context_get_position (context, &line, &column);
  /* It has read the line end behind the tag already, and counts it to the next line. */
  if (column == 1 && line > 1)
    line--;
  g_set_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_FILE, "%s:%d: %s", self->file, line, sentence);
}

/* ---- Attributes. */

static const char *
find (const char **names, const char **values, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return values[i];
  return NULL;
}

static gboolean
read_place (const char **names, const char **values, SvLessonPlace *place)
{
  const char *on = find (names, values, "on");

  *place = SV_LESSON_ANYWHERE;
  if (g_strcmp0 (on, "this") == 0)
    *place = SV_LESSON_THIS_COMPUTER;
  else if (g_strcmp0 (on, "two") == 0)
    *place = SV_LESSON_TWO_MACHINES;
  else
    return on == NULL;
  return TRUE;
}

static gboolean
read_number (const char **names, const char **values, const char *name, guint64 max, guint *number)
{
  const char *text = find (names, values, name);
  guint64 wide = *number;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, max, &wide, NULL))
    return FALSE;
  *number = (guint) wide;
  return TRUE;
}

/* Ids become names of groups in the file of progress, and words of a command line. */
static gboolean
is_id (const char *text)
{
  return text != NULL && text[0] != '\0' && text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* ---- Elements that hold others. */

static void
start_lesson (GMarkupParseContext *context, Parser *self, const char **names, const char **values, GError **error)
{
  if (!is_id (find (names, values, "id")))
    {
      fail (context, self, error, _("A lesson needs an id of small letters, digits and “-”."));
      return;
    }
  self->lesson = sv_lesson_alloc ();
  self->lesson->id = g_strdup (find (names, values, "id"));
  self->lesson->number = 1000;
  self->lesson->minutes = 5;
  if (!read_number (names, values, "number", 1000, &self->lesson->number)
      || !read_number (names, values, "minutes", 1000, &self->lesson->minutes))
    fail (context, self, error, _("“number” and “minutes” are whole numbers from 1 to 1000."));
}

static void
start_step (GMarkupParseContext *context, Parser *self, const char **names, const char **values, GError **error)
{
  const char *look = find (names, values, "look");

  if (!is_id (find (names, values, "id")))
    {
      fail (context, self, error, _("A step needs an id of small letters, digits and “-”."));
      return;
    }
  self->step = sv_lesson_step_new ();
  self->step->place = self->place;
  self->step->id = g_strdup (find (names, values, "id"));
  self->step->patience = 30;
  self->step->look = g_strsplit (look != NULL ? look : "", " ", -1);
  for (guint i = 0; self->step->look[i] != NULL; i++)
    if (!g_strv_contains (SV_LESSON_LOOKS, self->step->look[i]))
      {
        fail (context, self, error, _("There is nothing called “%s” to look at."), self->step->look[i]);
        return;
      }
  if (!read_number (names, values, "patience", 3600, &self->step->patience))
    fail (context, self, error, _("“patience” is a whole number of seconds from 1 to 3600."));
}

static void
start_act (GMarkupParseContext *context, Parser *self, const char **names, const char **values, GError **error)
{
  const char *name = find (names, values, "name");
  g_autofree char *why = NULL;
  SvLessonAct *act = sv_lesson_act_new (name != NULL ? name : "", names, values, &why);

  if (act == NULL)
    fail (context, self, error, "%s", why);
  else
    g_ptr_array_add (self->deed->acts, act);
}

static void
start_condition (GMarkupParseContext *context, Parser *self, const char *element, const char **names,
                 const char **values, GError **error)
{
  g_autofree char *why = NULL;
  SvLessonCondition *condition = sv_lesson_condition_new (element, names, values, &why);

  if (condition == NULL)
    fail (context, self, error, "%s", why);
  else
    g_ptr_array_add (self->check->conditions, condition);
}

static void
start_answer (Parser *self, const char **names, const char **values)
{
  g_free (self->prediction->answer);
  g_free (self->prediction->against);
  self->prediction->answer = g_strdup (find (names, values, "value"));
  self->prediction->against = g_strdup (find (names, values, "against"));
}

static const Element *
find_element (const char *parent, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ELEMENTS); i++)
    if (g_str_equal (ELEMENTS[i].parent, parent) && g_str_equal (ELEMENTS[i].name, name))
      return &ELEMENTS[i];
  return NULL;
}

static gboolean
check_attributes (GMarkupParseContext *context, Parser *self, const Element *element, const char **names,
                  const char **values, GError **error)
{
  g_auto (GStrv) known = g_strsplit (element->attributes, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) known, names[i]))
      {
        fail (context, self, error, _("<%s> has no “%s”."), element->name, names[i]);
        return FALSE;
      }
  if (!read_place (names, values, &self->place))
    {
      fail (context, self, error, _("“on” is “this” (this computer) or “two” (two machines)."));
      return FALSE;
    }
  return TRUE;
}

static void
start_known (GMarkupParseContext *context, Parser *self, const Element *element, const char **names,
             const char **values, GError **error)
{
  if (element->has_text)
    {
      self->text = g_string_new (NULL);
      if (!g_str_equal (element->name, "choice"))
        return;
      self->value = g_strdup (find (names, values, "value"));
      self->up_to = g_strdup (find (names, values, "to"));
      if (self->value == NULL)
        fail (context, self, error, _("A <choice> needs a “value”."));
    }
  else if (g_str_equal (element->name, "lesson"))
    start_lesson (context, self, names, values, error);
  else if (g_str_equal (element->name, "step"))
    start_step (context, self, names, values, error);
  else if (g_str_equal (element->name, "answer"))
    start_answer (self, names, values);
  else if (g_str_equal (element->name, "predict"))
    {
      self->prediction = sv_prediction_new ();
      self->prediction->place = self->place;
    }
  else if (g_str_equal (element->name, "do"))
    self->deed = sv_lesson_deed_new (self->place);
  else
    self->check = sv_lesson_check_new (self->place);
}

static void
start_cb (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer user_data,
          GError **error)
{
  Parser *self = user_data;
  const GSList *stack = g_markup_parse_context_get_element_stack (context);
  const char *parent = stack->next != NULL ? stack->next->data : "";
  const Element *element = find_element (parent, name);

  if (g_str_equal (parent, "do") && g_str_equal (name, "act"))
    start_act (context, self, names, values, error);
  else if (g_str_equal (parent, "check") && sv_lesson_condition_is_element (name))
    start_condition (context, self, name, names, values, error);
  else if (element == NULL)
    fail (context, self, error, _("<%s> has no place here."), name);
  else if (check_attributes (context, self, element, names, values, error))
    start_known (context, self, element, names, values, error);
}

/* ---- Texts. */

/* Line ends and spaces as XML's authors need them mean one space, as for xgettext. */
static char *
squeeze (const char *text)
{
  g_autofree char *copy = g_strdup (text);
  g_auto (GStrv) words = g_strsplit_set (g_strstrip (copy), " \t\n\r", -1);
  GString *result = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      g_string_append_printf (result, "%s%s", result->len > 0 ? " " : "", words[i]);
  return g_string_free (result, FALSE);
}

static void
set (char **slot, char *text)
{
  g_free (*slot);
  *slot = text;
}

static void
end_text (Parser *self, const char *parent, const char *name)
{
  char *text = squeeze (self->text->str);

  g_string_free (g_steal_pointer (&self->text), TRUE);
  if (g_str_equal (parent, "lesson"))
    set (g_str_equal (name, "title") ? &self->lesson->title : &self->lesson->summary, text);
  else if (g_str_equal (parent, "do"))
    set (&self->deed->label, text);
  else if (g_str_equal (name, "question"))
    set (&self->prediction->question, text);
  else if (g_str_equal (name, "right"))
    set (&self->prediction->right, text);
  else if (g_str_equal (name, "wrong"))
    set (&self->prediction->wrong, text);
  else if (g_str_equal (name, "choice"))
    {
      sv_prediction_add_choice (self->prediction, self->value, self->up_to, text);
      g_clear_pointer (&self->value, g_free);
      g_clear_pointer (&self->up_to, g_free);
      g_free (text);
    }
  else
    for (guint kind = 0; kind < SV_N_LESSON_TEXTS; kind++)
      if (g_str_equal (name, STEP_TEXTS[kind]))
        {
          SvLessonPiece *piece = g_new0 (SvLessonPiece, 1);

          piece->place = self->place;
          piece->text = text;
          g_ptr_array_add (self->step->texts[kind], piece);
        }
}

static void
end_step (GMarkupParseContext *context, Parser *self, GError **error)
{
  g_autofree char *why = sv_lesson_validate_step (self->lesson, self->step);

  g_ptr_array_add (self->lesson->steps, g_steal_pointer (&self->step));
  if (why != NULL)
    fail (context, self, error, "%s", why);
}

static void
end_cb (GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
  Parser *self = user_data;
  const GSList *stack = g_markup_parse_context_get_element_stack (context);
  g_autofree char *why = NULL;

  if (self->text != NULL)
    end_text (self, stack->next->data, name);
  else if (g_str_equal (name, "step"))
    end_step (context, self, error);
  else if (g_str_equal (name, "predict"))
    g_ptr_array_add (self->step->predictions, g_steal_pointer (&self->prediction));
  else if (g_str_equal (name, "check"))
    g_ptr_array_add (self->step->checks, g_steal_pointer (&self->check));
  else if (g_str_equal (name, "do"))
    {
      if (self->deed->label == NULL || self->deed->acts->len == 0)
        fail (context, self, error, _("A <do> needs a <label> and at least one <act>."));
      g_ptr_array_add (self->step->deeds, g_steal_pointer (&self->deed));
    }
  else if (g_str_equal (name, "lesson") && (why = sv_lesson_validate (self->lesson)) != NULL)
    fail (context, self, error, "%s", why);
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data, GError **error)
{
  Parser *self = user_data;
  g_autofree char *words = g_strndup (text, length);

  if (self->text != NULL)
    g_string_append_len (self->text, text, (gssize) length);
  else if (g_strstrip (words)[0] != '\0')
    fail (context, self, error, _("Here is text that belongs into no element."));
}

static const GMarkupParser CALLBACKS = { .start_element = start_cb, .end_element = end_cb, .text = text_cb };

static void
parser_clear (Parser *self)
{
  SvLessonStep *step = self->step;

  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_free (self->value);
  g_free (self->up_to);
  if (step == NULL)
    return;
  /* Into the step, that they go with it. */
  if (self->prediction != NULL)
    g_ptr_array_add (step->predictions, self->prediction);
  if (self->deed != NULL)
    g_ptr_array_add (step->deeds, self->deed);
  if (self->check != NULL)
    g_ptr_array_add (step->checks, self->check);
  g_ptr_array_add (self->lesson->steps, step);
}

/**
 * sv_lesson_new_from_data:
 * @name: of the file, for messages
 * @data: XML as data/lessons/README.md describes it
 * @length: in bytes, -1 if it ends with 0
 *
 * Returns: (transfer full) (nullable): %NULL with %SV_LESSON_ERROR_FILE, which
 *   says "file:line: what is wrong"
 */
SvLesson *
sv_lesson_new_from_data (const char *name, const char *data, gssize length, GError **error)
{
  Parser self = { .file = name };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&CALLBACKS, 0, &self, NULL);
  g_autoptr (GError) why = NULL;
  gboolean whole = g_markup_parse_context_parse (context, data, length, &why)
                   && g_markup_parse_context_end_parse (context, &why);

  if (why != NULL && why->domain == G_MARKUP_ERROR)
    fail_as_xml (&self, why, error);
  else if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  parser_clear (&self);
  if (whole)
    return self.lesson;
  g_clear_pointer (&self.lesson, sv_lesson_unref);
  return NULL;
}

/**
 * sv_lesson_new_from_file:
 *
 * As sv_lesson_new_from_data(), or with an error of g_file_get_contents().
 */
SvLesson *
sv_lesson_new_from_file (const char *path, GError **error)
{
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, error))
    return NULL;
  return sv_lesson_new_from_data (path, data, (gssize) length, error);
}
