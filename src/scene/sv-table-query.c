/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-table-query.h"

#include <netinet/in.h>
#include <string.h>

#include "sv-config.h"

#include <glib/gi18n-lib.h>

typedef enum
{
  WORD_TEXT,
  WORD_PORT,
  WORD_ADDRESS,
  WORD_STATE,
  WORD_PROTO,
  WORD_PROCESS,
  WORD_PID,
  WORD_INODE,
} WordKind;

/* Which ends of a row a word looks at. */
typedef enum
{
  END_LOCAL = 1 << 0,
  END_FOREIGN = 1 << 1,
  END_EITHER = END_LOCAL | END_FOREIGN,
} Ends;

typedef struct
{
  const char *key;
  WordKind kind;
  Ends ends;
} Key;

static const Key KEYS[] = {
  { "port", WORD_PORT, END_EITHER },
  { "lport", WORD_PORT, END_LOCAL },
  { "fport", WORD_PORT, END_FOREIGN },
  { "local", WORD_ADDRESS, END_LOCAL },
  { "foreign", WORD_ADDRESS, END_FOREIGN },
  { "addr", WORD_ADDRESS, END_EITHER },
  { "state", WORD_STATE, 0 },
  { "proto", WORD_PROTO, 0 },
  { "process", WORD_PROCESS, 0 },
  { "pid", WORD_PID, 0 },
  { "inode", WORD_INODE, 0 },
};

/**
 * Word:
 * @number: of ports, pid and inode
 * @tcp, @udp: of states: a bit for each #SvTcpState that fits
 * @text: (not nullable): in small letters
 */
typedef struct
{
  WordKind kind;
  Ends ends;
  gboolean negated;
  guint64 number;
  guint32 tcp;
  guint32 udp;
  char *text;
} Word;

struct _SvTableQuery
{
  char *text;
  gboolean only_ours;
  SvColumn sort;
  gboolean descending;
  GArray *words; /* of Word */
  char *complaint;
};

static void
word_clear (gpointer data)
{
  g_free (((Word *) data)->text);
}

/* Whether @name begins with @prefix, whatever the case and the hyphens:
 * time_wait, TIME-WAIT and timewait are the same. */
static gboolean
begins_with (const char *name, const char *prefix)
{
  for (;;)
    {
      while (*prefix == '-' || *prefix == '_')
        prefix++;
      while (*name == '-' || *name == '_')
        name++;
      if (*prefix == '\0')
        return TRUE;
      if (g_ascii_tolower (*name) != g_ascii_tolower (*prefix))
        return FALSE;
      name++;
      prefix++;
    }
}

/* The names that neither netstat nor ss use, of RFC 9293 §3.3.2. */
static const char *
rfc_name (SvTcpState state)
{
  switch ((int) state)
    {
    case SV_TCP_SYN_RECV:
    case SV_TCP_NEW_SYN_RECV:
      return "SYN-RECEIVED";
    case SV_TCP_CLOSE:
      return "CLOSED";
    default:
      return sv_tcp_state_to_netstat (state);
    }
}

static gboolean
parse_state (Word *word, const char *value)
{
  for (guint state = SV_TCP_ESTABLISHED; state < SV_N_TCP_STATES; state++)
    {
      gboolean ss = begins_with (sv_tcp_state_to_ss (state), value);
      gboolean netstat = begins_with (sv_tcp_state_to_netstat (state), value);

      if (state != SV_TCP_CLOSE ? ss || netstat || begins_with (rfc_name (state), value)
                                : netstat || begins_with (rfc_name (state), value))
        word->tcp |= 1u << state;
      /* netstat names a UDP socket's state only if it is connected; ss calls the others UNCONN. */
      if (state == SV_TCP_ESTABLISHED ? ss || netstat : state == SV_TCP_CLOSE && ss)
        word->udp |= 1u << state;
    }
  return word->tcp != 0 || word->udp != 0;
}

static gboolean
parse_proto (const char *value)
{
  static const char *const NAMES[] = { "tcp4", "tcp6", "udp4", "udp6", "unix" };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    if (g_str_has_prefix (NAMES[i], value))
      return TRUE;
  return FALSE;
}

static gboolean
parse_port (Word *word, const char *value)
{
  word->number = 0;
  return g_str_equal (value, "*") || g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT16, &word->number, NULL);
}

/* Returns NULL if @value suits the word's key, else what is wrong with it. */
static char *
parse_value (Word *word, const char *key, const char *value)
{
  switch (word->kind)
    {
    case WORD_PORT:
      if (parse_port (word, value))
        return NULL;
      return g_strdup_printf (_("“%s:” wants a port number from 0 to 65535, not “%s”."), key, value);
    case WORD_PID:
    case WORD_INODE:
      if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &word->number, NULL))
        return NULL;
      return g_strdup_printf (_("“%s:” wants a number, not “%s”."), key, value);
    case WORD_STATE:
      if (parse_state (word, value))
        return NULL;
      return g_strdup_printf (_("There is no state “%s”. Try state:listen, state:established or state:time_wait."), value);
    case WORD_PROTO:
      if (parse_proto (value))
        return NULL;
      return g_strdup_printf (_("“proto:” knows tcp, tcp6, udp, udp6 and unix, not “%s”."), value);
    case WORD_ADDRESS:
      if (parse_port (word, value))
        word->kind = WORD_PORT;
      return NULL;
    default:
      return NULL;
    }
}

static const Key *
find_key (const char *text, const char **value)
{
  const char *colon = strchr (text, ':');

  for (guint i = 0; colon != NULL && i < G_N_ELEMENTS (KEYS); i++)
    {
      gsize length = strlen (KEYS[i].key);

      if ((gsize) (colon - text) == length && strncmp (text, KEYS[i].key, length) == 0)
        {
          *value = colon + 1;
          return &KEYS[i];
        }
    }
  return NULL;
}

/* A word that is still being typed ("port:", "-") asks for nothing yet. */
static void
add_word (SvTableQuery *self, const char *text)
{
  Word word = { .kind = WORD_TEXT };
  const char *value = text;

  if (*text == '-' || *text == '!')
    {
      word.negated = TRUE;
      value = ++text;
    }
  const Key *key = find_key (text, &value);

  if (*value == '\0')
    return;
  if (key != NULL)
    {
      word.kind = key->kind;
      word.ends = key->ends;
      g_autofree char *complaint = parse_value (&word, key->key, value);
      if (complaint != NULL)
        {
          if (self->complaint == NULL)
            self->complaint = g_steal_pointer (&complaint);
          return;
        }
    }
  word.text = g_strdup (value);
  g_array_append_val (self->words, word);
}

/**
 * sv_table_query_new:
 * @text: (nullable): what a person typed
 * @only_ours: leave out sockets that have nothing to do with SockView
 */
SvTableQuery *
sv_table_query_new (const char *text, gboolean only_ours, SvColumn sort, gboolean descending)
{
  SvTableQuery *self = g_new0 (SvTableQuery, 1);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t\n", -1);

  self->text = g_strdup (text);
  self->only_ours = only_ours;
  self->sort = sort;
  self->descending = descending;
  self->words = g_array_new (FALSE, FALSE, sizeof (Word));
  g_array_set_clear_func (self->words, word_clear);
  for (guint i = 0; words[i] != NULL; i++)
    add_word (self, words[i]);
  return self;
}

SvTableQuery *
sv_table_query_copy (const SvTableQuery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return sv_table_query_new (self->text, self->only_ours, self->sort, self->descending);
}

void
sv_table_query_free (SvTableQuery *self)
{
  g_free (self->text);
  g_free (self->complaint);
  g_array_unref (self->words);
  g_free (self);
}

/**
 * sv_table_query_get_complaint:
 *
 * Returns: (transfer full) (nullable): a sentence about a word that was left
 *   out because it makes no sense, translated
 */
char *
sv_table_query_get_complaint (const SvTableQuery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strdup (self->complaint);
}

static gboolean
match_port (const Word *word, const SvSocketRow *row)
{
  return ((word->ends & END_LOCAL) != 0 && row->local.port == word->number)
         || ((word->ends & END_FOREIGN) != 0 && row->foreign.port == word->number);
}

static gboolean
match_address (const Word *word, const SvTableRow *row, GString *buffer)
{
  for (SvColumn column = SV_COLUMN_LOCAL; column <= SV_COLUMN_FOREIGN; column++)
    {
      if ((word->ends & (column == SV_COLUMN_LOCAL ? END_LOCAL : END_FOREIGN)) == 0)
        continue;
      g_string_truncate (buffer, 0);
      sv_table_row_append (row, column, buffer);
      if (g_str_has_prefix (buffer->str, word->text))
        return TRUE;
    }
  return FALSE;
}

static gboolean
match_state (const Word *word, const SvSocketRow *row)
{
  guint32 states = row->protocol == IPPROTO_UDP ? word->udp : word->tcp;

  return (states & (1u << MIN (row->state, SV_N_TCP_STATES))) != 0;
}

/* "tcp" is tcp and tcp6, as netstat -t takes it. */
static gboolean
match_proto (const Word *word, const SvSocketRow *row)
{
  char name[8];

  if (row->family == AF_UNIX)
    return g_str_has_prefix ("unix", word->text);
  g_strlcpy (name, row->protocol == IPPROTO_UDP ? "udp" : "tcp", sizeof name);
  g_strlcat (name, row->family == AF_INET6 ? "6" : "4", sizeof name);
  return g_str_has_prefix (name, word->text);
}

/* Small letters; almost all text here is ASCII, where that costs nothing. */
static void
fold (GString *text)
{
  if (g_str_is_ascii (text->str))
    {
      g_string_ascii_down (text);
      return;
    }
  g_autofree char *folded = g_utf8_casefold (text->str, (gssize) text->len);
  g_string_assign (text, folded);
}

static gboolean
match_columns (const Word *word, const SvTableRow *row, SvColumn first, SvColumn last, GString *buffer)
{
  g_string_truncate (buffer, 0);
  for (SvColumn column = first; column <= last; column++)
    {
      sv_table_row_append (row, column, buffer);
      g_string_append_c (buffer, '\n');
    }
  fold (buffer);
  return strstr (buffer->str, word->text) != NULL;
}

static gboolean
match_word (const Word *word, const SvTableRow *row, GString *buffer)
{
  switch (word->kind)
    {
    case WORD_TEXT:
      return match_columns (word, row, 0, SV_N_COLUMNS - 1, buffer);
    case WORD_PORT:
      return match_port (word, &row->row);
    case WORD_ADDRESS:
      return match_address (word, row, buffer);
    case WORD_STATE:
      return match_state (word, &row->row);
    case WORD_PROTO:
      return match_proto (word, &row->row);
    case WORD_PROCESS:
      return row->owner.pid > 0 && match_columns (word, row, SV_COLUMN_PROCESS, SV_COLUMN_PROCESS, buffer);
    case WORD_PID:
      return row->owner.pid > 0 && (guint64) row->owner.pid == word->number;
    case WORD_INODE:
      return row->row.inode == word->number;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
matches (const SvTableQuery *self, const SvTableRow *row, GString *buffer)
{
  if (self->only_ours && !row->ours)
    return FALSE;
  for (guint i = 0; i < self->words->len; i++)
    {
      const Word *word = &g_array_index (self->words, Word, i);

      if (match_word (word, row, buffer) == word->negated)
        return FALSE;
    }
  return TRUE;
}

/**
 * sv_table_query_matches:
 *
 * Returns: whether @row is to be shown
 */
gboolean
sv_table_query_matches (const SvTableQuery *self, const SvTableRow *row)
{
  g_return_val_if_fail (self != NULL && row != NULL, FALSE);

  g_autoptr (GString) buffer = g_string_new (NULL);
  return matches (self, row, buffer);
}

/**
 * sv_table_query_run:
 * @rows: (element-type SvTableRow): left as they are
 *
 * Returns: (transfer full) (element-type SvTableRow): copies of those that
 *   match, in order
 */
GArray *
sv_table_query_run (const SvTableQuery *self, GArray *rows)
{
  g_return_val_if_fail (self != NULL && rows != NULL, NULL);

  g_autoptr (GString) buffer = g_string_sized_new (160);
  g_autoptr (GPtrArray) found = g_ptr_array_sized_new (rows->len);
  for (guint i = 0; i < rows->len; i++)
    {
      SvTableRow *row = &g_array_index (rows, SvTableRow, i);

      if (matches (self, row, buffer))
        g_ptr_array_add (found, row);
    }
  return sv_table_rows_in_order (found, self->sort, self->descending);
}
