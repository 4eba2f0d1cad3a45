/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"

#include <string.h>

/* Whole sentences for people: no left-over placeholder, no bare error number. */
void
assert_sentence (const char *text)
{
  g_assert_nonnull (text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  if (!g_str_has_suffix (text, ".") && !g_str_has_suffix (text, ".)"))
    g_error ("does not end with a full stop: %s", text);
  if (g_regex_match_simple ("(errno|[Ee]rror|code) *-?[0-9]", text, 0, 0) || strpbrk (text, "{}") != NULL
      || strstr (text, "(null)") != NULL || strstr (text, "  ") != NULL || g_ascii_islower (text[0]))
    if (!g_regex_match_simple ("^([a-z]+\\(\\):|[0-9a-f:]+ is )", text, 0, 0))
      g_error ("no sentence: %s", text);
}

void
assert_explanation (const SvExplanation *explanation)
{
  g_assert_nonnull (explanation);
  g_assert_cmpint (strlen (explanation->title), >, 0);
  g_assert_null (strchr (explanation->title, '\n'));
  g_assert_cmpint (explanation->lines->len, >, 0);
  g_test_message ("%s", explanation->title);
  for (guint i = 0; i < explanation->lines->len; i++)
    {
      g_test_message ("    %s", (char *) explanation->lines->pdata[i]);
      assert_sentence (explanation->lines->pdata[i]);
    }
}

gboolean
says (const SvExplanation *explanation, const char *words)
{
  for (guint i = 0; i < explanation->lines->len; i++)
    if (strstr (explanation->lines->pdata[i], words) != NULL)
      return TRUE;
  return FALSE;
}

SvEndpoint
endpoint (const char *text)
{
  SvEndpoint found = { 0 };

  if (text != NULL && text[0] != '\0')
    g_assert_true (sv_endpoint_parse (text, 0, &found, NULL));
  return found;
}
