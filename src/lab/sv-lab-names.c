/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lab-private.h"

#include "sv-name-lookup.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

/* After how long the next address is tried beside one that has not answered: RFC
 * 8305 §5 and GSocketClient. */
#define ATTEMPT_DELAY_MS 250

/* A client that connects by name: one attempt for each address, until one has connected. */
typedef struct
{
  SvLab *lab;
  SvKind kind;
  char *actor;
  char *host;
  SvNameLookup *lookup;
  guint first;      /* the connection that the question belongs to, and the first attempt too; 0: used */
  GArray *attempts; /* guint: connections under way */
  guint n_tried;
  gboolean trying;
  GSource *next;
} Quest;

static void
stop_timer (Quest *quest)
{
  if (quest->next != NULL)
    g_source_destroy (quest->next);
  g_clear_pointer (&quest->next, g_source_unref);
}

static void
quest_free (gpointer data)
{
  Quest *quest = data;

  stop_timer (quest);
  sv_name_lookup_free (quest->lookup);
  g_array_unref (quest->attempts);
  g_free (quest->actor);
  g_free (quest->host);
  g_free (quest);
}

static void
end_quest (Quest *quest)
{
  SvLab *self = quest->lab;

  g_ptr_array_remove (self->quests, quest);
  if (self->quests->len == 0)
    g_object_notify (G_OBJECT (self), "resolving");
  sv_lab_rest (self);
}

static void try_next (Quest *quest);

static gboolean
next_cb (gpointer user_data)
{
  Quest *quest = user_data;

  g_clear_pointer (&quest->next, g_source_unref);
  try_next (quest);
  return G_SOURCE_REMOVE;
}

static void
await_next (Quest *quest)
{
  stop_timer (quest);
  quest->next = g_timeout_source_new (ATTEMPT_DELAY_MS);
  g_source_set_callback (quest->next, next_cb, quest, NULL);
  g_source_attach (quest->next, g_main_context_get_thread_default ());
}

static void
give_up (Quest *quest)
{
  g_autofree char *sentence = NULL;

  if (quest->n_tried > 0)
    {
      sentence = g_strdup_printf (_("None of the addresses of “%s” could be connected to."), quest->host);
      sv_lab_note (quest->lab, SV_SIDE_CLIENT, 0, sentence);
    }
  else
    {
      /* Nothing was opened, so nothing will be closed. */
      quest->lab->connect_errors++;
      g_signal_emit_by_name (quest->lab, "closed", quest->first, SV_SIDE_CLIENT);
    }
  end_quest (quest);
}

/* The first that answers is taken; those that are still on their way are given up. */
static void
win (Quest *quest, guint winner)
{
  SvLab *self = quest->lab;
  g_autoptr (GArray) attempts = g_array_ref (quest->attempts);

  end_quest (quest);
  for (guint i = 0; i < attempts->len; i++)
    if (g_array_index (attempts, guint, i) != winner)
      sv_lab_close (self, g_array_index (attempts, guint, i), SV_SIDE_CLIENT, NULL);
}

/* Nothing is sent to other computers; two machines of ours have no way to them. */
static gboolean
is_elsewhere (SvLab *self, const SvEndpoint *address)
{
  SvMachine *machine = self->machines[SV_SIDE_CLIENT];

  return sv_machine_get_id (machine) == SV_MACHINE_THIS && !sv_machine_has_address (machine, address);
}

static void
refuse (Quest *quest, guint id, const SvEndpoint *address)
{
  g_autofree char *text = sv_endpoint_address_to_string (address);
  g_autofree char *sentence
    = g_strdup_printf (_("%s belongs to another computer: it is not tried. SockView's clients connect to nobody else."),
                       text);

  sv_lab_note (quest->lab, SV_SIDE_CLIENT, id, sentence);
  quest->lab->connect_errors++;
  g_signal_emit_by_name (quest->lab, "closed", id, SV_SIDE_CLIENT);
}

static void
try_address (Quest *quest, const SvEndpoint *address)
{
  SvDestination target = { .kind = quest->kind, .endpoint = *address };
  guint id = quest->first != 0 ? quest->first
                               : sv_recording_add_conversation (quest->lab->recording,
                                                                quest->kind == SV_KIND_UDP ? IPPROTO_UDP : IPPROTO_TCP,
                                                                quest->actor, FALSE);

  quest->first = 0;
  quest->n_tried++;
  if (is_elsewhere (quest->lab, address))
    {
      refuse (quest, id, address);
      return;
    }
  g_array_append_val (quest->attempts, id);
  sv_lab_open_client (quest->lab, id, quest->actor, &target);
}

/* With UDP nothing says whether an address was the right one: the first is it. */
static void
try_next (Quest *quest)
{
  SvLab *self = quest->lab;
  SvEndpoint address;

  if (sv_name_lookup_take (quest->lookup, &address))
    {
      quest->trying = TRUE;
      try_address (quest, &address);
      if (!g_ptr_array_find (self->quests, quest, NULL))
        return;
      quest->trying = FALSE;
      if (quest->attempts->len > 0)
        await_next (quest);
      else
        try_next (quest);
      return;
    }
  if (sv_name_lookup_is_finished (quest->lookup) && quest->attempts->len == 0)
    give_up (quest);
}

static void
changed_cb (SvNameLookup *lookup, gpointer user_data)
{
  Quest *quest = user_data;

  if (quest->attempts->len == 0)
    try_next (quest);
}

static Quest *
find_quest (SvLab *self, guint connection, guint *index)
{
  for (guint i = 0; i < self->quests->len; i++)
    {
      Quest *quest = g_ptr_array_index (self->quests, i);

      for (*index = 0; *index < quest->attempts->len; (*index)++)
        if (g_array_index (quest->attempts, guint, *index) == connection)
          return quest;
    }
  return NULL;
}

/**
 * sv_lab_name_connected:
 *
 * A client has connected; if it was one of several attempts, the others end.
 */
void
sv_lab_name_connected (SvLab *self, guint connection)
{
  guint index;
  Quest *quest = find_quest (self, connection, &index);

  if (quest != NULL)
    win (quest, connection);
}

/**
 * sv_lab_name_failed:
 *
 * A client could not connect; if it has other addresses, the next is tried at once.
 */
void
sv_lab_name_failed (SvLab *self, guint connection)
{
  guint index;
  Quest *quest = find_quest (self, connection, &index);

  if (quest == NULL)
    return;
  g_array_remove_index (quest->attempts, index);
  stop_timer (quest);
  if (!quest->trying)
    try_next (quest);
}

/**
 * sv_lab_connect_by_name:
 * @kind: %SV_KIND_TCP or %SV_KIND_UDP
 * @text: "host:port"; the port may be a service's name
 *
 * A client asks for the name's addresses and connects to the first that
 * answers. Returns at once; every step is a fact.
 *
 * Returns: %FALSE if @text cannot be understood
 */
gboolean
sv_lab_connect_by_name (SvLab *self, SvKind kind, const char *text, GError **error)
{
  SvMachine *machine;
  Quest *quest;
  g_autofree char *host = NULL;
  guint16 port;

  g_return_val_if_fail (SV_IS_LAB (self), FALSE);
  g_return_val_if_fail (kind != SV_KIND_UNIX, FALSE);

  machine = self->machines[SV_SIDE_CLIENT];
  if (!sv_name_parse (text, SV_LAB_DEFAULT_PORT, kind == SV_KIND_UDP ? "udp" : "tcp", &host, &port, error)
      || !sv_lab_wake (self, error))
    return FALSE;
  quest = g_new0 (Quest, 1);
  quest->lab = self;
  quest->kind = kind;
  quest->actor = g_strdup_printf ("client %u", ++self->n_named);
  quest->host = g_steal_pointer (&host);
  quest->attempts = g_array_new (FALSE, FALSE, sizeof (guint));
  quest->first = sv_recording_add_conversation (self->recording, kind == SV_KIND_UDP ? IPPROTO_UDP : IPPROTO_TCP,
                                                quest->actor, FALSE);
  quest->lookup = sv_name_lookup_start (self->recording, sv_machine_get_id (machine), quest->first, quest->actor,
                                        quest->host, port, SV_NAME_TIMEOUT_MS, changed_cb, quest);
  g_ptr_array_add (self->quests, quest);
  g_object_notify (G_OBJECT (self), "resolving");
  return TRUE;
}

/**
 * sv_lab_cancel_names:
 *
 * Gives up all clients that have not connected by name yet.
 */
void
sv_lab_cancel_names (SvLab *self)
{
  while (self->quests->len > 0)
    {
      Quest *quest = g_ptr_array_index (self->quests, 0);

      sv_name_lookup_cancel (quest->lookup);
      win (quest, 0);
    }
}

GPtrArray *
sv_lab_new_quests (void)
{
  return g_ptr_array_new_with_free_func (quest_free);
}
