/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-quiz.h"

#include "sv-quiz.h"
#include "sv-socket-source.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 78
#define MOST_PICKED 16

typedef struct
{
  SvQuiz *quiz;
  SvSocketSource *source; /* NULL: the table cannot be read */
  SvPortSpace *ports;
  GString *text;
  SvExit status;
} Game;

/* As paragraphs that fit on a terminal; @first stands before the first line. */
static void
append_wrapped (GString *text, const char *first, const char *sentence)
{
  glong margin = g_utf8_strlen (first, -1), column = margin;
  g_auto (GStrv) words = g_strsplit (sentence, " ", -1);

  g_string_append (text, first);
  for (guint i = 0; words[i] != NULL; i++)
    {
      glong width = g_utf8_strlen (words[i], -1);

      if (i > 0 && column + 1 + width > COLUMNS)
        {
          g_string_append_printf (text, "\n%*s", (int) margin, "");
          column = margin;
        }
      else if (i > 0)
        {
          g_string_append_c (text, ' ');
          column++;
        }
      g_string_append (text, words[i]);
      column += width;
    }
  g_string_append_c (text, '\n');
}

/* The machine's table now, as every question is asked about the moment. */
static const SvQuizQuestion *
ask (Game *self)
{
  g_autoptr (GArray) rows = self->source != NULL ? sv_socket_source_list (self->source, NULL) : NULL;
  g_auto (SvQuizTable) table = { 0 };

  if (rows == NULL)
    return sv_quiz_ask (self->quiz, NULL);
  for (guint i = 0; i < rows->len; i++)
    g_array_index (rows, SvSocketRow, i).key = i + 1;
  sv_quiz_table_init (&table, rows, self->ports);
  return sv_quiz_ask (self->quiz, &table);
}

static void
show_question (Game *self, const SvQuizQuestion *question)
{
  g_autofree char *number = g_strdup_printf ("%u/%u", sv_quiz_get_n_answered (self->quiz) + 1,
                                             sv_quiz_get_size (self->quiz));

  g_string_append_printf (self->text, "\n%s  %s%s%s\n", number, sv_quiz_get_topic_title (question->topic),
                          question->own ? " · " : "",
                          question->own ? C_ ("quiz", "this machine, this moment") : "");
  append_wrapped (self->text, "  ", question->text);
  if (question->note != NULL)
    append_wrapped (self->text, "  ", question->note);
  if (question->listing != NULL)
    {
      g_auto (GStrv) lines = g_strsplit (question->listing, "\n", -1);

      for (guint i = 0; lines[i] != NULL; i++)
        g_string_append_printf (self->text, "    %s\n", lines[i]);
    }
  for (guint i = 0; i < question->choices->len; i++)
    {
      const SvQuizChoice *choice = g_ptr_array_index (question->choices, i);
      g_autofree char *first = g_strdup_printf ("  %u  ", i + 1);

      if (question->monospace)
        g_string_append_printf (self->text, "%s%s\n", first, choice->text);
      else
        append_wrapped (self->text, first, choice->text);
    }
}

/* Numbers from 1, with blanks or commas between them.
 * Returns: how many; 0 if that was no answer */
static guint
parse_answer (const SvQuizQuestion *question, const char *line, guint picked[MOST_PICKED])
{
  guint wanted = question->kind == SV_QUIZ_ORDER ? question->choices->len : 1, n = 0;
  g_auto (GStrv) words = g_strsplit_set (line, " ,\t\r\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint64 number;

      if (words[i][0] == '\0')
        continue;
      if (n == wanted || !g_ascii_string_to_unsigned (words[i], 10, 1, question->choices->len, &number, NULL))
        return 0;
      picked[n++] = (guint) number - 1;
    }
  return n == wanted ? n : 0;
}

/* Returns: FALSE when there is nobody who answers, or who reads */
static gboolean
read_answer (Game *self, const SvQuizQuestion *question, guint picked[MOST_PICKED], guint *n)
{
  char line[256];

  for (;;)
    {
      if (question->kind == SV_QUIZ_ORDER)
        g_string_append (self->text, _("The numbers in the right order: "));
      else
        g_string_append (self->text, _("Your answer: "));
      if (!sv_text_mode_write (self->text, &self->status) || fgets (line, sizeof line, stdin) == NULL)
        return FALSE;
      *n = parse_answer (question, line, picked);
      if (*n > 0)
        return TRUE;
      g_string_append_printf (self->text, _("Please give numbers from 1 to %u. Ctrl+D ends the quiz.\n"),
                              question->choices->len);
    }
}

static gboolean
play_one (Game *self, const SvQuizQuestion *question)
{
  guint picked[MOST_PICKED], n = 0;
  g_autofree char *why = NULL;
  gboolean right;

  show_question (self, question);
  if (!read_answer (self, question, picked, &n))
    return FALSE;
  right = sv_quiz_answer (self->quiz, picked, n);
  why = sv_quiz_question_explain (question, picked, n);
  if (!right && question->kind != SV_QUIZ_ORDER)
    {
      /* Translators: the number of an answer in a list, and why the one that was given is not right */
      g_autofree char *both = g_strdup_printf (C_ ("quiz", "Right is %u. %s"), question->right + 1, why);

      append_wrapped (self->text, "  ✗ ", both);
    }
  else
    append_wrapped (self->text, right ? "  ✓ " : "  ✗ ", why);
  return sv_text_mode_write (self->text, &self->status);
}

static void
show_result (Game *self)
{
  g_autoptr (GArray) topics = sv_quiz_list_topics (self->quiz);
  guint answered = sv_quiz_get_n_answered (self->quiz);

  if (answered == 0)
    return;
  g_string_append_c (self->text, '\n');
  for (guint i = 0; i < topics->len; i++)
    {
      const SvQuizTopic *topic = &g_array_index (topics, SvQuizTopic, i);

      g_string_append_printf (self->text, "  %u/%u  %s", topic->right, topic->asked,
                              sv_quiz_get_topic_title (topic->lesson));
      if (topic->right < topic->asked)
        g_string_append_printf (self->text, "  → sockview --text --lesson=%s", topic->lesson);
      g_string_append_c (self->text, '\n');
    }
  g_string_append_printf (self->text, ngettext ("%u of %u answer is right.", "%u of %u answers are right.", answered),
                          sv_quiz_get_n_right (self->quiz), answered);
  if (sv_quiz_is_passed (self->quiz))
    g_string_append_printf (self->text, " %s", _("Passed."));
  else if (sv_quiz_is_over (self->quiz))
    g_string_append_printf (self->text, " %s", _("Not passed yet: it takes 80 %."));
  g_string_append_c (self->text, '\n');
  sv_text_mode_write (self->text, &self->status);
}

static gboolean
parse_number (const char *option, const char *text, guint least, guint most, guint64 *number, GError **error)
{
  if (text == NULL || g_ascii_string_to_unsigned (text, 10, least, most, number, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("%s cannot be “%s”. Give a whole number from %u to %u."), option, text, least, most);
  return FALSE;
}

/**
 * sv_text_quiz_run:
 * @questions: (nullable): how many
 * @seed: (nullable): for the same questions again
 * @status: (out): an #SvExit: %SV_EXIT_OK also when the quiz was left
 *
 * Asks in the terminal.
 *
 * Returns: %FALSE with a sentence about the option that is wrong
 */
gboolean
sv_text_quiz_run (const char *questions, const char *seed, int *status, GError **error)
{
  guint64 size = SV_QUIZ_SHORT, number = g_random_int ();
  Game self = { 0 };
  const SvQuizQuestion *question;

  if (!parse_number ("--questions", questions, 2, sv_quiz_get_n_questions (), &size, error)
      || !parse_number ("--seed", seed, 0, G_MAXUINT, &number, error))
    return FALSE;
  self.quiz = sv_quiz_new ((guint) size, (guint32) number);
  self.source = sv_socket_source_new_default (NULL);
  self.ports = sv_port_space_new_default ();
  self.text = g_string_new (NULL);
  while ((question = ask (&self)) != NULL && play_one (&self, question))
    ;
  if (question != NULL && self.status == SV_EXIT_OK)
    g_string_append_c (self.text, '\n');
  show_result (&self);
  *status = self.status;
  sv_quiz_free (self.quiz);
  g_clear_object (&self.source);
  sv_port_space_free (self.ports);
  g_string_free (self.text, TRUE);
  return TRUE;
}
