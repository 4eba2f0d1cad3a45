/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-name-lookup.h"

#include "sv-lab.h"

#include <glib/gi18n-lib.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

/* How long the answer for IPv6 may take longer than the one for IPv4 before that
 * is used alone: RFC 8305 §3, "Resolution Delay". */
#define RESOLUTION_DELAY_MS 50

/* As GResolver's two questions. */
enum
{
  IPV6,
  IPV4,
  N_FAMILIES
};

/* One question, which may outlive the lookup: a call of getaddrinfo(3) cannot be called off. */
typedef struct
{
  SvNameLookup *lookup; /* NULL once that is gone */
  int family;
  gint64 asked;
} Question;

struct _SvNameLookup
{
  SvRecording *recording; /* unowned */
  SvMachineId machine;
  guint connection;
  const char *actor;
  char *host;
  guint16 port;
  SvNameLookupFunc changed;
  gpointer user_data;

  GCancellable *cancellable;
  Question *questions[N_FAMILIES]; /* NULL: answered */
  GArray *found[N_FAMILIES];       /* SvEndpoint: not taken yet */
  GArray *taken;                   /* SvEndpoint: in that order */
  guint n_found;
  int next;        /* the family whose turn it is */
  gboolean ready;  /* addresses may be taken */
  gboolean failed; /* temporarily: a name server did not answer, or could not */
  GSource *delay;
  GSource *timeout;
};

static void
note (SvNameLookup *self, const char *text)
{
  SvFact *fact = sv_fact_new_note (sv_clock_now (), self->machine, "%s", text);

  fact->connection = self->connection;
  sv_fact_set_actor (fact, self->actor);
  sv_recording_append (self->recording, fact);
}

static gboolean
is_asking (SvNameLookup *self)
{
  return self->questions[IPV6] != NULL || self->questions[IPV4] != NULL;
}

static void
stop (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
start (guint ms, GSourceFunc func, SvNameLookup *self)
{
  GSource *source = g_timeout_source_new (ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

/* GIO's call, with what it gave in the end. As a rule it asks getaddrinfo(3), in a thread. */
static void
record_call (SvNameLookup *self, const Question *question)
{
  GArray *found = self->found[question->family];
  g_autoptr (GString) args = g_string_new (NULL);
  SvFact *fact = sv_fact_new_call (question->asked, self->machine, SV_SIDE_CLIENT, self->actor, "g_resolver_lookup_by_name", -1);

  g_string_append_printf (args, "\"%s\", %s, [", self->host, question->family == IPV6 ? "IPv6" : "IPv4");
  for (guint i = 0; i < found->len; i++)
    {
      g_autofree char *text = sv_endpoint_address_to_string (&g_array_index (found, SvEndpoint, i));

      g_string_append_printf (args, "%s%s", i > 0 ? ", " : "", text);
    }
  g_string_append_c (args, ']');
  fact->connection = self->connection;
  fact->call.args = g_string_free (g_steal_pointer (&args), FALSE);
  fact->call.duration = sv_clock_now () - question->asked;
  fact->call.result = found->len > 0 ? (gint64) found->len : -1;
  sv_recording_append (self->recording, fact);
}

/* What was tried already, and then what will be. */
static void
note_order (SvNameLookup *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *sentence = NULL;
  guint at[N_FAMILIES] = { 0 };
  int next = self->next;

  for (guint i = 0; i < self->n_found; i++)
    {
      const SvEndpoint *endpoint;
      g_autofree char *address = NULL;

      if (i < self->taken->len)
        endpoint = &g_array_index (self->taken, SvEndpoint, i);
      else
        {
          if (at[next] >= self->found[next]->len)
            next = !next;
          endpoint = &g_array_index (self->found[next], SvEndpoint, at[next]++);
          next = !next;
        }
      address = sv_endpoint_address_to_string (endpoint);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", address);
    }
  sentence = g_strdup_printf (ngettext ("“%s” has %u address: %s.",
                                        "“%s” has %u addresses, to be tried in this order: %s. IPv6 goes first; "
                                        "where both kinds are known, they take turns (Happy Eyeballs, RFC 8305).",
                                        self->n_found),
                              self->host, self->n_found, text->str);
  note (self, sentence);
}

static void
tell (SvNameLookup *self)
{
  self->changed (self, self->user_data);
}

static void
note_failure (SvNameLookup *self)
{
  g_autofree char *sentence = NULL;

  if (self->failed)
    sentence = g_strdup_printf (_("“%s” could not be looked up: the name server did not answer, or failed. Nothing is "
                                  "known about the name; try again later (EAI_AGAIN)."),
                                self->host);
  else
    sentence = g_strdup_printf (_("“%s” has no address: neither /etc/hosts nor the name server knows one. Check how it "
                                  "is spelt (EAI_NONAME, EAI_NODATA)."),
                                self->host);
  note (self, sentence);
}

static void
become_ready (SvNameLookup *self)
{
  stop (&self->delay);
  if (!is_asking (self))
    stop (&self->timeout);
  if (self->n_found == 0 && is_asking (self))
    return;
  self->ready = TRUE;
  if (self->n_found > 0 && !is_asking (self))
    note_order (self);
  else if (self->n_found == 0)
    note_failure (self);
  tell (self);
}

static gboolean
delay_cb (gpointer user_data)
{
  become_ready (user_data);
  return G_SOURCE_REMOVE;
}

static void
take_answer (SvNameLookup *self, int family, GList *addresses)
{
  for (GList *i = addresses; i != NULL; i = i->next)
    {
      g_autoptr (GSocketAddress) address = g_inet_socket_address_new (i->data, self->port);
      SvEndpoint endpoint;

      if (!sv_endpoint_from_socket_address (&endpoint, address))
        continue;
      g_array_append_val (self->found[family], endpoint);
      self->n_found++;
    }
}

/* The lookup may be gone: then nobody hears it. */
static void
answered_cb (GObject *resolver, GAsyncResult *result, gpointer user_data)
{
  g_autofree Question *question = user_data;
  SvNameLookup *self = question->lookup;
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (resolver), result, &error);

  if (self != NULL)
    {
      self->questions[question->family] = NULL;
      if (error != NULL && !g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
        self->failed = TRUE;
      take_answer (self, question->family, addresses);
      record_call (self, question);
      if (!is_asking (self) || question->family == IPV6)
        become_ready (self);
      else if (!self->ready)
        self->delay = start (RESOLUTION_DELAY_MS, delay_cb, self);
    }
  g_resolver_free_addresses (addresses);
}

static void
ask (SvNameLookup *self, int family)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  Question *question = g_new0 (Question, 1);

  question->lookup = self;
  question->family = family;
  question->asked = sv_clock_now ();
  self->questions[family] = question;
  g_resolver_lookup_by_name_with_flags_async (resolver, self->host,
                                              family == IPV6 ? G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY
                                                             : G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
                                              self->cancellable, answered_cb, question);
}

static void
forget_questions (SvNameLookup *self)
{
  for (int i = 0; i < N_FAMILIES; i++)
    if (self->questions[i] != NULL)
      g_steal_pointer (&self->questions[i])->lookup = NULL;
  g_cancellable_cancel (self->cancellable);
  stop (&self->delay);
  stop (&self->timeout);
  self->ready = TRUE;
}

static gboolean
timeout_cb (gpointer user_data)
{
  SvNameLookup *self = user_data;
  g_autofree char *sentence = NULL;
  gboolean found = self->n_found > 0;

  forget_questions (self);
  if (found)
    {
      note_order (self);
      tell (self);
      return G_SOURCE_REMOVE;
    }
  sentence = g_strdup_printf (_("Nobody has answered for “%s” in time: the name server cannot be reached, or keeps silent. "
                                "A program that waits for it hangs that long."),
                              self->host);
  note (self, sentence);
  tell (self);
  return G_SOURCE_REMOVE;
}

/**
 * sv_name_lookup_start:
 * @recording: outlives it
 * @connection: whose facts the questions and answers are
 * @actor: who asks
 * @host: a name; an address is its own answer
 * @timeout_ms: after which the question is given up
 * @changed: called later, never from inside this function
 *
 * Returns: (transfer full): a lookup under way
 */
SvNameLookup *
sv_name_lookup_start (SvRecording *recording, SvMachineId machine, guint connection, const char *actor,
                      const char *host, guint16 port, guint timeout_ms, SvNameLookupFunc changed, gpointer user_data)
{
  SvNameLookup *self = g_new0 (SvNameLookup, 1);
  g_autofree char *sentence = NULL;

  self->recording = recording;
  self->machine = machine;
  self->connection = connection;
  self->actor = sv_actor_ref (actor);
  self->host = g_strdup (host);
  self->port = port;
  self->changed = changed;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->taken = g_array_new (FALSE, FALSE, sizeof (SvEndpoint));
  for (int i = 0; i < N_FAMILIES; i++)
    self->found[i] = g_array_new (FALSE, FALSE, sizeof (SvEndpoint));
  sentence = g_strdup_printf (_("%s asks for the addresses of “%s”: /etc/hosts first as a rule, then a name server (DNS), "
                                "as /etc/nsswitch.conf says."),
                              actor, host);
  note (self, sentence);
  self->timeout = start (timeout_ms, timeout_cb, self);
  ask (self, IPV6);
  ask (self, IPV4);
  return self;
}

/**
 * sv_name_lookup_cancel:
 *
 * Nothing more is asked, heard or told.
 */
void
sv_name_lookup_cancel (SvNameLookup *self)
{
  if (is_asking (self))
    {
      g_autofree char *sentence = g_strdup_printf (_("The question for “%s” was called off."), self->host);

      note (self, sentence);
    }
  forget_questions (self);
}

void
sv_name_lookup_free (SvNameLookup *self)
{
  forget_questions (self);
  for (int i = 0; i < N_FAMILIES; i++)
    g_array_unref (self->found[i]);
  g_array_unref (self->taken);
  g_object_unref (self->cancellable);
  sv_actor_unref (self->actor);
  g_free (self->host);
  g_free (self);
}

/**
 * sv_name_lookup_take:
 * @address: (out): the next one to try, with the port
 *
 * Returns: whether there is one now
 */
gboolean
sv_name_lookup_take (SvNameLookup *self, SvEndpoint *address)
{
  GArray *found;

  if (!self->ready || (self->found[IPV6]->len == 0 && self->found[IPV4]->len == 0))
    return FALSE;
  if (self->found[self->next]->len == 0)
    self->next = !self->next;
  found = self->found[self->next];
  self->next = !self->next;
  *address = g_array_index (found, SvEndpoint, 0);
  g_array_remove_index (found, 0);
  g_array_append_vals (self->taken, address, 1);
  return TRUE;
}

/**
 * sv_name_lookup_is_finished:
 *
 * Returns: whether no answer is still to come
 */
gboolean
sv_name_lookup_is_finished (SvNameLookup *self)
{
  return !is_asking (self);
}

/* ---- What people write. */

static gboolean
fail_port (const char *text, const char *protocol, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (text, -1);

  g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
               _("“%s” is not a port: neither a number from 1 to 65535 nor a service of /etc/services (%s)."), shown,
               protocol);
  return FALSE;
}

/* services(5): by its number or by its name. */
static gboolean
parse_port (const char *text, const char *protocol, guint16 *port, GError **error)
{
  const struct servent *service;
  guint64 number;

  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    {
      *port = (guint16) number;
      return TRUE;
    }
  service = text[0] != '\0' && !g_ascii_isdigit (text[0]) ? getservbyname (text, protocol) : NULL;
  if (service == NULL)
    return fail_port (text, protocol, error);
  *port = g_ntohs ((guint16) service->s_port);
  return TRUE;
}

/**
 * sv_name_parse:
 * @text: "host", "host:9999", "host:http", "[::1]:9999"
 * @protocol: "tcp" or "udp", for a service's name
 * @host: (out) (transfer full): the name, or the address
 *
 * Returns: %FALSE with a sentence
 */
gboolean
sv_name_parse (const char *text, guint16 default_port, const char *protocol, char **host, guint16 *port,
               GError **error)
{
  const char *bracket = text[0] == '[' ? strchr (text, ']') : NULL;
  const char *colon = strrchr (bracket != NULL ? bracket : text, ':');
  const char *end = bracket != NULL ? bracket : colon != NULL ? colon : text + strlen (text);
  const char *begin = bracket != NULL ? text + 1 : text;
  g_autofree char *name = g_strndup (begin, (gsize) (end - begin));

  *port = default_port;
  if (name[0] == '\0' || !g_utf8_validate (name, -1, NULL) || strpbrk (name, " \t\n/") != NULL || strlen (name) > 253)
    {
      g_set_error (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE,
                   _("That is no name of a computer. Write one such as localhost or example.org, and a port behind a "
                     "colon."));
      return FALSE;
    }
  if (colon != NULL && !parse_port (colon + 1, protocol, port, error))
    return FALSE;
  *host = g_steal_pointer (&name);
  return TRUE;
}
