/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"
#include "sv-quiz.h"
#include "sv-quiz-private.h"
#include "sv-socket-source.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 300

typedef struct
{
  GArray *rows;
  SvPortSpace *ports;
  SvQuizTable table;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->rows = sv_quiz_table_new_example ();
  self->ports = sv_port_space_new_for (32768, 60999, 1024, "/etc/services");
  sv_quiz_table_init (&self->table, self->rows, self->ports);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  sv_quiz_table_clear (&self->table);
  g_array_unref (self->rows);
  sv_port_space_free (self->ports);
}

static const SvQuizChoice *
get_choice (const SvQuizQuestion *question, guint i)
{
  return g_ptr_array_index (question->choices, i);
}

static void
check_question (const SvQuizQuestion *question)
{
  g_assert_cmpuint (question->choices->len, >=, 3);
  g_assert_cmpuint (question->choices->len, <=, 5);
  g_assert_cmpstr (sv_quiz_get_topic_title (question->topic), !=, "");
  g_assert_true (g_utf8_validate (question->text, -1, NULL));
  g_assert_null (strstr (question->text, "(null)"));
  for (guint i = 0; i < question->choices->len; i++)
    {
      const SvQuizChoice *choice = get_choice (question, i);

      g_assert_cmpint (strlen (choice->text), >, 0);
      g_assert_null (strstr (choice->text, "(null)"));
      if (!g_regex_match_simple ("^[“0-9a-z]", choice->why, 0, 0)) /* a name may begin a sentence */
        assert_sentence (choice->why);
      for (guint j = 0; j < i; j++)
        if (g_str_equal (choice->text, get_choice (question, j)->text))
          g_error ("%s: “%s” is there twice", question->id, choice->text);
    }
}

static void
test_texts (void)
{
  guint longest_is_right = 0, n_chosen = 0;

  g_assert_cmpuint (sv_quiz_get_n_questions (), >=, 40);
  for (guint i = 0; i < sv_quiz_text_get_n (); i++)
    {
      g_autoptr (SvQuizQuestion) question = sv_quiz_text_make (i);
      guint longest = 0;

      check_question (question);
      g_assert_cmpstr (question->topic, ==, sv_quiz_text_get_topic (i));
      for (guint j = 0; j < i; j++)
        {
          g_autoptr (SvQuizQuestion) other = sv_quiz_text_make (j);

          g_assert_cmpstr (question->id, !=, other->id);
        }
      if (question->kind == SV_QUIZ_ORDER)
        continue;
      for (guint j = 1; j < question->choices->len; j++)
        if (g_utf8_strlen (get_choice (question, j)->text, -1) > g_utf8_strlen (get_choice (question, longest)->text, -1))
          longest = j;
      longest_is_right += longest == question->right;
      n_chosen++;
    }
  g_test_message ("the right choice is the longest in %u of %u", longest_is_right, n_chosen);
  g_assert_cmpuint (longest_is_right * 5, <, n_chosen);
}

static guint
count_makers (void)
{
  return sv_quiz_n_row_makers + sv_quiz_n_port_makers + sv_quiz_n_state_makers;
}

static const SvQuizMaker *
get_maker (guint i)
{
  if (i < sv_quiz_n_row_makers)
    return &sv_quiz_row_makers[i];
  i -= sv_quiz_n_row_makers;
  return i < sv_quiz_n_port_makers ? &sv_quiz_port_makers[i] : &sv_quiz_state_makers[i - sv_quiz_n_port_makers];
}

/* The words of a line of netstat. */
static char **
split (const char *line)
{
  g_autoptr (GRegex) blanks = g_regex_new (" +", 0, 0, NULL);

  return g_regex_split (blanks, line, 0);
}

/* What a listing's last line says. */
static char **
split_listing (const SvQuizQuestion *question)
{
  const char *line = strrchr (question->listing, '\n');

  return split (line != NULL ? line + 1 : question->listing);
}

static guint
port_of (const char *end)
{
  return (guint) atoi (strrchr (end, ':') + 1);
}

/* By its text alone, as a person would. */
static void
check_truth (const SvQuizQuestion *question, guint low, guint high)
{
  const char *right = get_choice (question, question->right)->text;
  g_auto (GStrv) words = split (right);

  if (g_str_equal (question->id, "twin"))
    {
      g_auto (GStrv) row = split_listing (question);

      g_assert_cmpstr (words[3], ==, row[4]);
      g_assert_cmpstr (words[4], ==, row[3]);
      for (guint i = 0; i < question->choices->len; i++)
        {
          g_auto (GStrv) other = split (get_choice (question, i)->text);

          g_assert_true (i == question->right || !g_str_equal (other[3], row[4]) || !g_str_equal (other[4], row[3]));
        }
    }
  else if (g_str_equal (question->id, "listener"))
    {
      g_auto (GStrv) row = split_listing (question);
      guint n = 0;

      for (guint i = 0; i < question->choices->len; i++)
        {
          g_auto (GStrv) other = split (get_choice (question, i)->text);

          n += g_str_equal (other[g_strv_length (other) - 1], "LISTEN") && port_of (other[3]) == port_of (row[3])
               && i == question->right;
        }
      g_assert_cmpuint (n, ==, 1);
    }
  else if (g_str_equal (question->id, "ephemeral") || g_str_equal (question->id, "next-port"))
    {
      for (guint i = 0; i < question->choices->len; i++)
        {
          int port = atoi (get_choice (question, i)->text);

          if (port != 0) /* else “both” or “neither” */
            g_assert_true ((port >= (int) low && port <= (int) high) == (i == question->right));
        }
    }
  else if (g_str_equal (question->id, "reachable"))
    {
      g_auto (GStrv) row = split_listing (question);

      g_assert_true (g_str_has_prefix (row[3], "0.0.0.0:") == (strstr (right, "Other machines") != NULL));
    }
  else if (g_str_equal (question->id, "impossible"))
    {
      const char *state = words[g_strv_length (words) - 1];

      g_assert_true ((g_str_equal (state, "LISTEN") && (g_str_has_prefix (words[0], "udp") || words[4][strlen (words[4]) - 1] != '*'))
                     || (g_str_equal (state, "ESTABLISHED") && g_str_has_suffix (words[4], ":*")));
    }
  else if (g_str_equal (question->id, "hex"))
    {
      guint local, foreign;

      g_assert_cmpint (sscanf (strrchr (question->listing, '\n') + 1, "%*8X:%4X %*8X:%4X", &local, &foreign), ==, 2);
      g_assert_cmpuint (port_of (words[3]), ==, local);
      g_assert_cmpuint (port_of (words[4]), ==, foreign);
    }
}

static void
test_makers (Fixture *self, gconstpointer unused)
{
  for (guint i = 0; i < count_makers (); i++)
    for (guint seed = 0; seed < 50; seed++)
      {
        g_autoptr (GRand) random = g_rand_new_with_seed (seed);
        const SvQuizMaker *maker = get_maker (i);
        g_autoptr (SvQuizQuestion) question = maker->make (maker->id, maker->topic, &self->table, random);

        if (question == NULL)
          g_error ("the example has nothing for “%s”", maker->id);
        check_question (question);
        check_truth (question, 32768, 60999);
        sv_quiz_question_shuffle (question, seed, random);
        check_truth (question, 32768, 60999);
      }
}

/* Questions about the table of the machine that runs this. */
static void
test_real_table (void)
{
  g_autoptr (SvSocketSource) source = sv_socket_source_new_default (NULL);
  g_autoptr (GArray) rows = source != NULL ? sv_socket_source_list (source, NULL) : NULL;
  g_autoptr (SvPortSpace) ports = sv_port_space_new_default ();
  g_auto (SvQuizTable) table = { 0 };
  guint n = 0;

  if (rows == NULL)
    {
      g_test_skip ("this machine’s table cannot be read");
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    g_array_index (rows, SvSocketRow, i).key = i + 1;
  sv_quiz_table_init (&table, rows, ports);
  for (guint i = 0; i < count_makers (); i++)
    for (guint seed = 0; seed < 20; seed++)
      {
        g_autoptr (GRand) random = g_rand_new_with_seed (seed);
        const SvQuizMaker *maker = get_maker (i);
        g_autoptr (SvQuizQuestion) question = maker->make (maker->id, maker->topic, &table, random);

        if (question == NULL)
          continue;
        n++;
        check_question (question);
        check_truth (question, sv_port_space_get_ephemeral_low (ports), sv_port_space_get_ephemeral_high (ports));
      }
  g_test_message ("%u questions about %u rows", n, rows->len);
}

/* Where there is nothing, an example is asked about, and it says so. */
static void
test_empty_table (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) nothing = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
  g_auto (SvQuizTable) empty = { 0 };
  g_autoptr (SvQuiz) quiz = sv_quiz_new (sv_quiz_get_n_questions (), 1);
  const SvQuizQuestion *question;
  guint n_examples = 0, n_own = 0, pick = 0;

  sv_quiz_table_init (&empty, nothing, self->ports);
  while ((question = sv_quiz_ask (quiz, &empty)) != NULL)
    {
      n_examples += question->note != NULL;
      n_own += question->own;
      g_assert_false (question->own && question->note != NULL);
      sv_quiz_answer (quiz, &pick, 1);
    }
  /* The ephemeral range and a port where nobody listens an empty machine has, too. */
  g_assert_cmpuint (n_own, ==, 2);
  g_assert_cmpuint (n_examples + n_own, ==, sv_quiz_get_n_questions () / 2);
}

static void
pick_right (const SvQuizQuestion *question, guint *picked, guint *n)
{
  *n = 1;
  picked[0] = question->right;
  if (question->kind != SV_QUIZ_ORDER)
    return;
  *n = question->choices->len;
  for (guint i = 0; i < *n; i++)
    picked[get_choice (question, i)->place] = i;
}

static void
test_all_right (Fixture *self, gconstpointer unused)
{
  for (guint seed = 0; seed < 30; seed++)
    {
      guint size = seed % 2 ? SV_QUIZ_SHORT : sv_quiz_get_n_questions (), n_own = 0, n, picked[8], n_asked = 0;
      g_autoptr (SvQuiz) quiz = sv_quiz_new (size, seed);
      g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
      const SvQuizQuestion *question;

      while ((question = sv_quiz_ask (quiz, &self->table)) != NULL)
        {
          g_autofree char *why = NULL;

          g_assert_true (g_hash_table_add (ids, (gpointer) question->id));
          g_assert_true (sv_quiz_ask (quiz, &self->table) == question);
          n_own += question->own;
          pick_right (question, picked, &n);
          g_assert_true (sv_quiz_answer (quiz, picked, n));
          why = sv_quiz_question_explain (question, picked, n);
          g_assert_cmpint (strlen (why), >, 5);
          /* A second answer does not count. */
          sv_quiz_answer (quiz, picked, 0);
        }
      g_assert_true (sv_quiz_is_over (quiz));
      g_assert_true (sv_quiz_is_passed (quiz));
      g_assert_cmpuint (sv_quiz_get_n_right (quiz), ==, size);
      g_assert_cmpuint (n_own, ==, size - size / 2);
      g_autoptr (GArray) topics = sv_quiz_list_topics (quiz);
      for (guint i = 0; i < topics->len; i++)
        {
          const SvQuizTopic *topic = &g_array_index (topics, SvQuizTopic, i);

          g_assert_cmpuint (topic->right, ==, topic->asked);
          n_asked += topic->asked;
        }
      g_assert_cmpuint (n_asked, ==, size);
      g_assert_cmpuint (topics->len, >=, MIN (size, 12) - 2);
    }
}

typedef guint (*Strategy) (const SvQuizQuestion *question);

static guint
always_first (const SvQuizQuestion *question)
{
  return 0;
}

static guint
always_second (const SvQuizQuestion *question)
{
  return 1;
}

static guint
always_last (const SvQuizQuestion *question)
{
  return question->choices->len - 1;
}

static guint
find_length (const SvQuizQuestion *question, int sign)
{
  guint found = 0;

  for (guint i = 1; i < question->choices->len; i++)
    if (sign * g_utf8_strlen (get_choice (question, i)->text, -1)
        > sign * g_utf8_strlen (get_choice (question, found)->text, -1))
      found = i;
  return found;
}

static guint
always_longest (const SvQuizQuestion *question)
{
  return find_length (question, 1);
}

static guint
always_shortest (const SvQuizQuestion *question)
{
  return find_length (question, -1);
}

/* Nobody passes without reading. */
static void
test_strategies (Fixture *self, gconstpointer unused)
{
  static const struct { const char *name; Strategy strategy; } STRATEGIES[] = {
    { "first", always_first }, { "second", always_second }, { "last", always_last },
    { "longest", always_longest }, { "shortest", always_shortest },
  };

  for (guint i = 0; i < G_N_ELEMENTS (STRATEGIES); i++)
    {
      guint best = 0;

      for (guint seed = 0; seed < SEEDS; seed++)
        {
          guint size = seed % 3 ? SV_QUIZ_SHORT : sv_quiz_get_n_questions (), order[8];
          g_autoptr (SvQuiz) quiz = sv_quiz_new (size, seed);
          const SvQuizQuestion *question;

          while ((question = sv_quiz_ask (quiz, &self->table)) != NULL)
            {
              guint pick = STRATEGIES[i].strategy (question);

              for (guint j = 0; j < question->choices->len; j++)
                order[j] = j;
              if (question->kind == SV_QUIZ_ORDER)
                sv_quiz_answer (quiz, order, question->choices->len);
              else
                sv_quiz_answer (quiz, &pick, 1);
            }
          g_assert_false (sv_quiz_is_passed (quiz));
          best = MAX (best, sv_quiz_get_n_right (quiz) * 100 / size);
        }
      g_test_message ("always the %s: %u %% at best", STRATEGIES[i].name, best);
      g_assert_cmpuint (best, <, SV_QUIZ_PASS_PERCENT);
    }
}

/* A wrong choice is told why, and what is right. */
static void
test_wrong (Fixture *self, gconstpointer unused)
{
  for (guint i = 0; i < sv_quiz_text_get_n (); i++)
    {
      g_autoptr (SvQuizQuestion) question = sv_quiz_text_make (i);

      if (question->kind == SV_QUIZ_ORDER)
        {
          guint turned[] = { 1, 0, 2, 3, 4 };
          g_autofree char *why = sv_quiz_question_explain (question, turned, question->choices->len);

          g_assert_false (sv_quiz_question_is_right (question, turned, question->choices->len));
          g_assert_nonnull (strstr (why, get_choice (question, 0)->why));
          g_assert_nonnull (strstr (why, get_choice (question, 1)->text));
          continue;
        }
      for (guint j = 1; j < question->choices->len; j++)
        {
          g_autofree char *why = sv_quiz_question_explain (question, &j, 1);

          g_assert_false (sv_quiz_question_is_right (question, &j, 1));
          g_assert_true (g_str_has_prefix (why, get_choice (question, j)->why));
          g_assert_true (g_str_has_suffix (why, get_choice (question, 0)->why));
        }
    }
}

/* What learners often believe, and the question that meets it. */
static void
test_misconceptions (void)
{
  static const struct { const char *belief; const char *id; } MET[] = {
    { "accept() opens a new port", "accept-port" },
    { "connect() waits for accept()", "connect-before-accept" },
    { "the client uses the server's port number", "client-port" },
    { "65 535 connections per server", "most-connections" },
    { "TIME_WAIT is an error", "time-wait" },
    { "tcp_fin_timeout changes TIME_WAIT", "fin-timeout" },
    { "CLOSE_WAIT is the other side's fault", "close-wait" },
    { "Recv-Q of LISTEN counts bytes", "accept-queue" },
    { "one send is one recv", "stream" },
    { "a successful send is delivery", "send-success" },
    { "tcp6 :::80 takes IPv6 alone", "dual-stack" },
    { "only one process per port", "same-port" },
    { "only root below 1024", "privileged" },
    { "the client's port is any random one", "next-port" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (MET); i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < sv_quiz_text_get_n () && !found; j++)
        {
          g_autoptr (SvQuizQuestion) question = sv_quiz_text_make (j);

          found = g_str_equal (question->id, MET[i].id);
        }
      for (guint j = 0; j < count_makers () && !found; j++)
        found = g_str_equal (get_maker (j)->id, MET[i].id);
      if (!found)
        g_error ("no question meets “%s”", MET[i].belief);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quiz/texts", test_texts);
  g_test_add ("/quiz/makers", Fixture, NULL, set_up, test_makers, tear_down);
  g_test_add_func ("/quiz/real-table", test_real_table);
  g_test_add ("/quiz/empty-table", Fixture, NULL, set_up, test_empty_table, tear_down);
  g_test_add ("/quiz/all-right", Fixture, NULL, set_up, test_all_right, tear_down);
  g_test_add ("/quiz/strategies", Fixture, NULL, set_up, test_strategies, tear_down);
  g_test_add ("/quiz/wrong", Fixture, NULL, set_up, test_wrong, tear_down);
  g_test_add_func ("/quiz/misconceptions", test_misconceptions);
  return g_test_run ();
}
