/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lessons as files: what they must be, and what is said of damaged ones. */
#include "sv-lesson-catalog.h"
#include "sv-lesson-progress.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

static const char GOOD[] =
  "<lesson id='one' number='3'>\n"
  "  <title>One</title>\n"
  "  <summary>About\n     one.</summary>\n"
  "  <step id='a' look='table stage'>\n"
  "    <title>A</title><text>Port {port}.</text>\n"
  "    <predict><question>Even?</question>\n"
  "      <choice value='even'>Even</choice><choice value='1' to='9'>Few</choice>\n"
  "      <answer value='c.parity'/><right>Yes, {answer}.</right><wrong>Not {guess}: {c.local}.</wrong></predict>\n"
  "    <do><label>Add</label><act name='spawn' count='2'/></do>\n"
  "    <check><row side='client' state='ESTABLISHED SYN_SENT' as='c'/></check>\n"
  "    <done>{c.local}</done>\n"
  "  </step>\n"
  "  <step id='b' on='two'><title>B</title><text>b</text><check><call name='bind' count='>=1'/></check><done>d</done></step>\n"
  "</lesson>\n";

static const char PLACES[] =
  "<lesson id='one'><title>One</title><summary>s</summary>"
  "<step id='a'><title>A</title><text>everywhere</text><text on='two'>wire</text>"
  "<check><row/></check><done on='this'>here</done><done>d</done></step></lesson>";

static SvLesson *
parse (const char *text, GError **error)
{
  return sv_lesson_new_from_data ("x.xml", text, -1, error);
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SvLesson) lesson = parse (GOOD, &error);
  g_autoptr (GPtrArray) here = NULL, two = NULL, deeds = NULL;
  g_autofree char *summary = NULL;
  const SvLessonStep *step;
  const SvPrediction *prediction;

  g_assert_no_error (error);
  here = sv_lesson_list_steps (lesson, SV_LESSON_THIS_COMPUTER);
  two = sv_lesson_list_steps (lesson, SV_LESSON_TWO_MACHINES);
  summary = sv_lesson_dup_summary (lesson);
  g_assert_cmpstr (summary, ==, "About one.");
  g_assert_cmpuint (here->len, ==, 1);
  g_assert_cmpuint (two->len, ==, 2);
  step = g_ptr_array_index (here, 0);
  deeds = sv_lesson_step_list_deeds (step, SV_LESSON_THIS_COMPUTER);
  prediction = sv_lesson_step_find_prediction (step, SV_LESSON_THIS_COMPUTER);
  g_assert_cmpuint (deeds->len, ==, 1);
  g_assert_cmpuint (prediction->choices->len, ==, 2);
  g_assert_cmpint (sv_prediction_find_choice (prediction, "even"), ==, 0);
  g_assert_cmpint (sv_prediction_find_choice (prediction, "9"), ==, 1);
  g_assert_cmpint (sv_prediction_find_choice (prediction, "10"), ==, -1);
  g_assert_cmpint (sv_prediction_judge (prediction, 0, "even"), ==, SV_VERDICT_RIGHT);
  g_assert_cmpint (sv_prediction_judge (prediction, 1, "even"), ==, SV_VERDICT_WRONG);
  g_assert_cmpint (sv_prediction_judge (prediction, 1, "odd"), ==, SV_VERDICT_OTHER);
}

/* What is for a place alone comes before what is for every place, wherever it stands. */
static void
test_places (void)
{
  g_autoptr (SvLesson) lesson = parse (PLACES, NULL);
  g_autoptr (GPtrArray) steps = sv_lesson_list_steps (lesson, SV_LESSON_THIS_COMPUTER);
  const SvLessonStep *step = g_ptr_array_index (steps, 0);

  g_assert_cmpstr (sv_lesson_step_find_text (step, SV_LESSON_TEXT, SV_LESSON_THIS_COMPUTER), ==, "everywhere");
  g_assert_cmpstr (sv_lesson_step_find_text (step, SV_LESSON_TEXT, SV_LESSON_TWO_MACHINES), ==, "wire");
  g_assert_cmpstr (sv_lesson_step_find_text (step, SV_LESSON_DONE, SV_LESSON_THIS_COMPUTER), ==, "here");
  g_assert_cmpstr (sv_lesson_step_find_text (step, SV_LESSON_DONE, SV_LESSON_TWO_MACHINES), ==, "d");
}

/* Every beginning of a lesson is damaged, and says where. */
static void
test_truncated (void)
{
  for (gsize length = 0; length < strlen (GOOD) - 1; length++)
    {
      g_autoptr (GError) error = NULL;
      SvLesson *lesson = sv_lesson_new_from_data ("x.xml", GOOD, (gssize) length, &error);

      g_assert_null (lesson);
      g_assert_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_FILE);
      g_assert_true (g_regex_match_simple ("^x\\.xml:[0-9]+: .+", error->message, 0, 0));
    }
}

static const struct
{
  const char *from;
  const char *to;
  int line;
  const char *says;
} DAMAGES[] = {
  { "id='one'", "id='One!'", 1, "id" },
  { "<summary>", "<sumary>", 3, "sumary" },
  { "look='table stage'", "look='moon'", 5, "moon" },
  { "{port}", "{prot}", 13, "{prot}" },
  { "{c.local}.", "{c.colour}.", 13, "{c.colour}" },
  { "<answer value='c.parity'/>", "", 13, "<answer>" },
  { "<choice value='even'>", "<choice>", 8, "value" },
  { "name='spawn'", "name='format-disk'", 10, "format-disk" },
  { "count='2'", "colour='2'", 10, "colour" },
  { "state='ESTABLISHED SYN_SENT'", "state='OPEN'", 11, "OPEN" },
  { "side='client'", "side='top'", 11, "top" },
  { "<row ", "<line ", 11, "line" },
  { "count='>=1'", "count='many'", 14, "many" },
  { "id='b'", "id='a'", 14, "a" },
  { "<check><call name='bind' count='>=1'/></check>", "", 14, "check" },
  { "on='two'", "on='moon'", 14, "on" },
  { "</summary>", "</summary>words", 5, "text" },
  { "<done>{c.local}</done>", "", 13, "done" },
  { "About", "&nbsp;", 3, "XML" },
};

static void
test_damaged (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (DAMAGES); i++)
    {
      g_auto (GStrv) parts = g_strsplit (GOOD, DAMAGES[i].from, 2);
      g_autofree char *text = NULL;
      g_autofree char *start = g_strdup_printf ("x.xml:%d: ", DAMAGES[i].line);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (parts[1]);
      text = g_strjoinv (DAMAGES[i].to, parts);
      g_assert_null (parse (text, &error));
      g_assert_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_FILE);
      if (!g_str_has_prefix (error->message, start) || strstr (error->message, DAMAGES[i].says) == NULL)
        g_error ("“%s” instead of “%s” says “%s”", DAMAGES[i].to, DAMAGES[i].from, error->message);
    }
}

/* The user's own lessons are beside the program's; damaged ones are complained of. */
static void
test_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("lessons-XXXXXX", NULL);
  g_autofree char *good = g_build_filename (folder, "a.xml", NULL);
  g_autofree char *bad = g_build_filename (folder, "b.xml", NULL);
  g_autofree char *other = g_build_filename (folder, "c.txt", NULL);
  g_autoptr (SvLessonCatalog) own = NULL;
  g_autoptr (SvLessonCatalog) catalog = NULL;
  g_autoptr (SvLesson) lesson = NULL, by_path = NULL;
  g_autoptr (GError) error = NULL;
  const char *const *complaints;

  g_assert_true (g_file_set_contents (good, GOOD, -1, NULL) && g_file_set_contents (bad, "<lesson", -1, NULL)
                 && g_file_set_contents (other, "x", -1, NULL));
  own = sv_lesson_catalog_new_for_folder ("/nonexistent");
  catalog = sv_lesson_catalog_new_for_folder (folder);
  complaints = sv_lesson_catalog_get_complaints (catalog);
  g_assert_cmpuint (sv_lesson_catalog_get_size (catalog), ==, sv_lesson_catalog_get_size (own) + 1);
  g_assert_null (sv_lesson_catalog_get_complaints (own)[0]);
  g_assert_true (g_str_has_prefix (complaints[0], bad));
  g_assert_null (complaints[1]);
  lesson = sv_lesson_catalog_find (catalog, "one", &error);
  by_path = sv_lesson_catalog_find (own, good, &error);
  g_assert_no_error (error);
  g_assert_nonnull (lesson);
  g_assert_nonnull (by_path);
  g_assert_null (sv_lesson_catalog_find (own, "one", &error));
  g_assert_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_UNKNOWN);
  g_remove (good);
  g_remove (bad);
  g_remove (other);
  g_rmdir (folder);
}

static void
test_progress (void)
{
  g_autofree char *folder = g_dir_make_tmp ("progress-XXXXXX", NULL);
  g_autofree char *below = g_build_filename (folder, "new", NULL);
  g_autofree char *path = g_build_filename (below, "progress.ini", NULL);

  {
    g_autoptr (SvLessonProgress) progress = sv_lesson_progress_new (path);

    g_assert_cmpuint (sv_lesson_progress_get_step (progress, "one"), ==, 0);
    g_assert_false (sv_lesson_progress_is_done (progress, "one"));
    sv_lesson_progress_reach (progress, "one", 3);
    sv_lesson_progress_answer (progress, "one", "a", TRUE);
    sv_lesson_progress_answer (progress, "one", "b", FALSE);
    sv_lesson_progress_finish (progress, "two");
  }
  {
    g_autoptr (SvLessonProgress) progress = sv_lesson_progress_new (path);

    g_assert_cmpuint (sv_lesson_progress_get_step (progress, "one"), ==, 3);
    g_assert_cmpuint (sv_lesson_progress_get_n_right (progress, "one"), ==, 1);
    g_assert_cmpuint (sv_lesson_progress_get_n_answered (progress, "one"), ==, 2);
    g_assert_true (sv_lesson_progress_is_done (progress, "two"));
    sv_lesson_progress_forget (progress);
    g_assert_false (sv_lesson_progress_is_done (progress, "two"));
  }
  g_assert_true (g_file_set_contents (path, "[[[ damaged", -1, NULL));
  {
    g_autoptr (SvLessonProgress) progress = sv_lesson_progress_new (path);

    g_assert_cmpuint (sv_lesson_progress_get_step (progress, "one"), ==, 0);
  }
  g_remove (path);
  g_rmdir (below);
  g_rmdir (folder);
}

static guint
count_predictions (GPtrArray *steps, SvLessonPlace place)
{
  guint n = 0;

  for (guint i = 0; i < steps->len; i++)
    n += sv_lesson_step_find_prediction (g_ptr_array_index (steps, i), place) != NULL;
  return n;
}

/* Twelve lessons of 5 to 12 steps, each with something to do or to answer, and at least two questions. */
static void
test_own (void)
{
  static const char *const IDS[] = { "socket", "client-server", "listen", "handshake", "talking", "many-clients", "ports",
                                     "netstat", "goodbye", "names", "other-machine", "when-it-breaks" };
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new_for_folder ("/nonexistent");

  g_assert_null (sv_lesson_catalog_get_complaints (catalog)[0]);
  g_assert_cmpuint (sv_lesson_catalog_get_size (catalog), <=, G_N_ELEMENTS (IDS));
  for (guint i = 0; i < sv_lesson_catalog_get_size (catalog); i++)
    {
      SvLesson *lesson = sv_lesson_catalog_get (catalog, i);

      g_assert_cmpstr (sv_lesson_get_id (lesson), ==, IDS[sv_lesson_get_number (lesson) - 1]);
      for (guint place = SV_LESSON_THIS_COMPUTER; place <= SV_LESSON_TWO_MACHINES; place <<= 1)
        {
          g_autoptr (GPtrArray) steps = sv_lesson_list_steps (lesson, place);

          g_assert_cmpuint (steps->len, >=, 5);
          g_assert_cmpuint (steps->len, <=, 12);
          g_assert_cmpuint (count_predictions (steps, place), >=, 2);
          for (guint j = 0; j < steps->len; j++)
            {
              g_autoptr (GPtrArray) deeds = sv_lesson_step_list_deeds (g_ptr_array_index (steps, j), place);

              g_assert_true (deeds->len > 0 || sv_lesson_step_find_prediction (g_ptr_array_index (steps, j), place));
            }
        }
    }
}

/* For test-lesson-words.py: every text, each followed by a NUL. */
static int
print_texts (void)
{
  g_autoptr (SvLessonCatalog) catalog = sv_lesson_catalog_new_for_folder ("/nonexistent");

  for (guint i = 0; i < sv_lesson_catalog_get_size (catalog); i++)
    {
      g_autoptr (GPtrArray) texts = sv_lesson_list_texts (sv_lesson_catalog_get (catalog, i));

      for (guint j = 0; j < texts->len; j++)
        fwrite (g_ptr_array_index (texts, j), 1, strlen (g_ptr_array_index (texts, j)) + 1, stdout);
    }
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--texts"))
    return print_texts ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lesson/good", test_good);
  g_test_add_func ("/lesson/places", test_places);
  g_test_add_func ("/lesson/truncated", test_truncated);
  g_test_add_func ("/lesson/damaged", test_damaged);
  g_test_add_func ("/lesson/folder", test_folder);
  g_test_add_func ("/lesson/progress", test_progress);
  g_test_add_func ("/lesson/own", test_own);
  return g_test_run ();
}
