/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"

#include "sv-explain-park.h"
#include "sv-explain-trial.h"
#include "sv-park-recipe.h"
#include "sv-trial.h"

#include <errno.h>
#include <string.h>

/* Whole sentences; one may begin with the name of a call. */
static void
assert_text (const char *text)
{
  g_assert_nonnull (text);
  g_test_message ("    %s", text);
  g_assert_true (g_str_has_suffix (text, ".") || g_str_has_suffix (text, "?"));
  g_assert_null (strstr (text, "  "));
  g_assert_null (strpbrk (text, "{}"));
}

/* Every recipe has its story, and it ends with what it means. */
static void
test_parks (void)
{
  const SvParkRecipe *recipe;

  for (guint i = 0; (recipe = sv_park_recipe_get (i)) != NULL; i++)
    {
      g_autoptr (SvExplanation) explanation = sv_explain_park (recipe->name);
      SvParkStory story;
      const char *title;

      g_test_message ("%s: %s", recipe->name, explanation->title);
      g_assert_true (sv_park_story_find (recipe->name, &story));
      assert_text (story.made);
      assert_text (story.ends);
      assert_text (story.met);
      title = recipe->state == SV_TCP_CLOSE ? "CLOSED" : sv_tcp_state_to_netstat (recipe->state);
      g_assert_nonnull (strstr (explanation->title, title));
      g_assert_cmpint (explanation->lines->len, >=, 4);
      for (guint j = 0; j < explanation->lines->len; j++)
        assert_text (explanation->lines->pdata[j]);
    }
  g_assert_false (sv_park_story_find ("OPEN", &(SvParkStory){ 0 }));
}

/* Every recipe and each of its steps. */
static void
test_trials (void)
{
  const SvTrialRecipe *recipe;

  for (guint i = 0; (recipe = sv_trial_recipe_get (i)) != NULL; i++)
    {
      SvTrialStory story;

      g_test_message ("%s", recipe->name);
      g_assert_true (sv_trial_story_find (recipe->name, &story));
      g_assert_cmpint (strlen (story.title), >, 0);
      assert_text (story.question);
      assert_text (story.kernel);
      assert_text (story.program);
      for (const SvStep *step = recipe->steps; step->run != NULL; step++)
        if (step->name != NULL)
          assert_text (sv_trial_story_find_step (recipe->name, step->name));
    }
  g_assert_false (sv_trial_story_find ("nothing", &(SvTrialStory){ 0 }));
  g_assert_null (sv_trial_story_find_step ("refused", "nothing"));
}

/* What each text must say, so that nobody learns something else. */
static void
test_words (void)
{
  static const struct { const char *trial; const char *kernel; const char *program; } CASES[] = {
    { "in-use", "listening socket has this one already", "which port" },
    { "in-use-time-wait", "only if both", "before bind()" },
    { "other-address", "an address and a protocol", "0.0.0.0" },
    { "reuse-port", "same user", "several workers" },
    { "privileged", "ip_unprivileged_port_start", "AmbientCapabilities" },
    { "not-available", "ephemeral port", "VPN" },
    { "refused", "RST", "growing pauses" },
    { "timed-out", "again after a second", "limit of your own" },
    { "full-backlog", "not refused", "SOMAXCONN" },
    { "no-descriptors", "accept queue", "ulimit -n" },
    { "full-window", "zero-window probe", "poll" },
    { "dropped", "drops", "SO_RCVBUF" },
    { "broken-pipe", "first send() succeeded", "no proof of delivery" },
    { "reset", "unread bytes", "before close()" },
    { "half-open", "half-open connection", "SO_KEEPALIVE" },
    { "self-connect", "single row", "ip_local_port_range" },
    { "peers", "SO_REUSEPORT", "both SYNs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvTrialStory story;

      g_assert_true (sv_trial_story_find (CASES[i].trial, &story));
      g_assert_nonnull (strstr (story.kernel, CASES[i].kernel));
      g_assert_nonnull (strstr (story.program, CASES[i].program));
    }
  g_assert_null (sv_trial_recipe_get (G_N_ELEMENTS (CASES)));
}

static void
test_outcomes (void)
{
  static const struct { const char *call; gint64 result; int error; const char *words; } CASES[] = {
    { "bind", -1, EADDRINUSE, "bind() failed: Address already in use (EADDRINUSE)" },
    { "bind", 0, 0, "bind() worked: it returned 0" },
    { "connect", -1, EINPROGRESS, "connect() did not wait: Operation now in progress (EINPROGRESS)" },
    { "send", -1, EAGAIN, "send() did not wait: Resource temporarily unavailable (EAGAIN)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *words = sv_trial_story_describe_outcome (CASES[i].call, CASES[i].result, CASES[i].error);

      g_assert_cmpstr (words, ==, CASES[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain-trial/parks", test_parks);
  g_test_add_func ("/explain-trial/trials", test_trials);
  g_test_add_func ("/explain-trial/words", test_words);
  g_test_add_func ("/explain-trial/outcomes", test_outcomes);
  return g_test_run ();
}
