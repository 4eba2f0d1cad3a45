/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-port-search.h"

#include <netinet/in.h>
#include <string.h>

#define N_PORTS 65536

/* How well a service's name fits, best first. */
typedef enum
{
  FIT_WHOLE,
  FIT_BEGINNING,
  FIT_WITHIN,
  FIT_COMMENT,
  N_FITS
} Fit;

static guint
get_fit (SvPortSpace *ports, guint16 port, guint8 protocol, const char *word)
{
  const char *name = sv_port_space_get_service (ports, port, protocol);
  const char *comment = sv_port_space_get_service_comment (ports, port, protocol);
  g_autofree char *folded = name != NULL ? g_utf8_casefold (name, -1) : NULL;
  g_autofree char *words = NULL;

  if (name == NULL)
    return N_FITS;
  if (g_str_equal (folded, word))
    return FIT_WHOLE;
  if (g_str_has_prefix (folded, word))
    return FIT_BEGINNING;
  if (strstr (folded, word) != NULL)
    return FIT_WITHIN;
  words = comment != NULL ? g_utf8_casefold (comment, -1) : NULL;
  return words != NULL && strstr (words, word) != NULL ? FIT_COMMENT : N_FITS;
}

static void
search_name (SvPortSpace *ports, const char *word, guint max, GArray *found)
{
  g_autofree guint8 *fits = g_new (guint8, N_PORTS);

  for (guint port = 0; port < N_PORTS; port++)
    fits[port] = (guint8) MIN (get_fit (ports, (guint16) port, IPPROTO_TCP, word),
                               get_fit (ports, (guint16) port, IPPROTO_UDP, word));
  for (guint fit = 0; fit < N_FITS; fit++)
    for (guint port = 1; port < N_PORTS && found->len < max; port++)
      if (fits[port] == fit)
        {
          guint16 match = (guint16) port;

          g_array_append_val (found, match);
        }
}

/* The first number in a text that is a port. */
static gboolean
find_number (char **words, guint16 *port)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (words[i], 10, 1, N_PORTS - 1, &number, NULL))
        continue;
      *port = (guint16) number;
      return TRUE;
    }
  return FALSE;
}

static void
search_words (SvPortSpace *ports, char **words, guint max, GArray *found)
{
  g_autofree char *all = g_strjoinv (" ", words);
  guint last = g_strv_length (words);

  g_strstrip (all);
  if (all[0] != '\0')
    search_name (ports, all, max, found);
  /* Of a question the last word that is a name. */
  for (guint i = last; i > 0 && found->len == 0; i--)
    if (words[i - 1][0] != '\0')
      search_name (ports, words[i - 1], max, found);
}

/**
 * sv_port_search:
 * @text: as a person types it
 * @max: how many ports are wanted at most
 *
 * A number is that port alone, whether or not it is known for something. Else
 * services are looked for by name: the whole name first, then those that begin
 * so, then those that have it in their name, then in what they are.
 *
 * Returns: (transfer full) (element-type guint16): ports, the best first
 */
GArray *
sv_port_search (SvPortSpace *ports, const char *text, guint max)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv) words = g_strsplit_set (g_strdelimit (folded, "?!,;:\"", ' '), " \t", -1);
  guint16 port;

  g_return_val_if_fail (ports != NULL, found);

  if (find_number (words, &port))
    g_array_append_val (found, port);
  else
    search_words (ports, words, max, found);
  return found;
}
