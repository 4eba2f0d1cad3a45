/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-network-actions.h"

#include "sv-shell-button.h"
#include "sv-wire-bar.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MS G_GINT64_CONSTANT (1000000)

/* By how much one key press makes the wire slower. */
#define FACTOR 1.5

struct _SvNetworkActions
{
  GObject parent_instance;

  GActionMap *map;     /* not owned: it owns this */
  GSettings *settings; /* NULL: nothing is remembered */
  SvNetwork *network;  /* NULL: none is shown */
  gint64 hop[2];       /* by SvSide, in ns: what the next network gets */
  double loss;
  gboolean holding;
};

enum
{
  NAT_WANTED,
  FAILED,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];
static const char *const HOP_KEYS[] = { "hop", "hop-back" }; /* by SvSide */

G_DEFINE_FINAL_TYPE (SvNetworkActions, sv_network_actions, G_TYPE_OBJECT)

static SvWire *
get_wire (SvNetworkActions *self)
{
  return self->network != NULL ? sv_network_get_wire (self->network) : NULL;
}

static GSimpleAction *
find (SvNetworkActions *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (self->map, name));
}

static void
set_state (SvNetworkActions *self, const char *name, gboolean state)
{
  g_simple_action_set_state (find (self, name), g_variant_new_boolean (state));
}

static void
deliver_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvWire *wire = get_wire (data);

  if (wire != NULL)
    sv_wire_deliver_all (wire);
}

/* It may have arrived just before. */
static void
deliver_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvWire *wire = get_wire (data);

  if (wire != NULL)
    sv_wire_deliver (wire, g_variant_get_uint64 (parameter));
}

static void
drop_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvWire *wire = get_wire (data);

  if (wire != NULL)
    sv_wire_drop (wire, g_variant_get_uint64 (parameter));
}

static void
hold_one_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvWire *wire = get_wire (data);

  if (wire != NULL)
    sv_wire_hold (wire, g_variant_get_uint64 (parameter), sv_clock_now ());
}

static void
scale_hops (SvNetworkActions *self, double factor)
{
  SvWire *wire = get_wire (self);

  for (int side = 0; side < 2 && wire != NULL; side++)
    {
      double ms = (double) sv_wire_get_hop (wire, (SvSide) side) / MS * factor;

      ms = CLAMP (ms, SV_WIRE_BAR_MIN_HOP, SV_WIRE_BAR_MAX_HOP);
      /* Steps of 10 ms: nobody reads 1 337 ms. */
      sv_wire_set_hop (wire, (SvSide) side, (gint64) round (ms / 10) * 10 * MS);
    }
}

static void
slower_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  scale_hops (data, FACTOR);
}

static void
faster_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  scale_hops (data, 1 / FACTOR);
}

static void
skip_time_wait_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvNetworkActions *self = data;
  guint connection = g_variant_get_uint32 (parameter);
  g_autoptr (GError) error = NULL;

  if (connection == 0 || self->network == NULL)
    return;
  if (sv_network_skip_time_wait (self->network, connection, &error))
    g_signal_emit (self, signals[TOLD], 0, _("TIME_WAIT has ended early, because you asked for it"));
  else
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
open_shell_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SvNetworkActions *self = data;
  SvSide side = g_str_equal (g_variant_get_string (parameter, NULL), "server") ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  g_autoptr (GError) error = NULL;

  if (self->network != NULL && !sv_shell_button_open (self->network, side, &error))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
hold_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  SvWire *wire = get_wire (data);

  if (wire != NULL)
    sv_wire_set_holding (wire, g_variant_get_boolean (state));
}

static void
pause_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  SvWire *wire = get_wire (data);

  if (wire != NULL)
    sv_wire_set_paused (wire, g_variant_get_boolean (state), sv_clock_now ());
}

/* The state stays until there is a network that has it. */
static void
nat_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  SvNetworkActions *self = data;

  if (self->network != NULL && g_variant_get_boolean (state) != sv_network_has_nat (self->network))
    g_signal_emit (self, signals[NAT_WANTED], 0, g_variant_get_boolean (state));
}

static const GActionEntry entries[] = {
  { .name = "wire-hold", .state = "false", .change_state = hold_cb },
  { .name = "wire-pause", .state = "false", .change_state = pause_cb },
  { .name = "nat", .state = "false", .change_state = nat_cb },
  { .name = "wire-deliver-all", .activate = deliver_all_cb },
  { .name = "wire-deliver", .activate = deliver_cb, .parameter_type = "t" },
  { .name = "wire-drop", .activate = drop_cb, .parameter_type = "t" },
  { .name = "wire-hold-one", .activate = hold_one_cb, .parameter_type = "t" },
  { .name = "wire-slower", .activate = slower_cb },
  { .name = "wire-faster", .activate = faster_cb },
  { .name = "open-shell", .activate = open_shell_cb, .parameter_type = "s" },
  { .name = "skip-time-wait", .activate = skip_time_wait_cb, .parameter_type = "u" },
};

/* ---- What is so. */

static void
show (SvNetworkActions *self)
{
  SvWire *wire = get_wire (self);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_simple_action_set_enabled (find (self, entries[i].name), wire != NULL && sv_network_is_open (self->network));
  set_state (self, "wire-hold", wire != NULL && sv_wire_is_holding (wire));
  set_state (self, "wire-pause", wire != NULL && sv_wire_is_paused (wire));
  set_state (self, "nat", wire != NULL && sv_network_has_nat (self->network));
}

static void
remember (SvNetworkActions *self, SvWire *wire)
{
  for (int side = 0; side < 2; side++)
    {
      gint64 hop = sv_wire_get_hop (wire, (SvSide) side);

      if (hop == self->hop[side])
        continue;
      self->hop[side] = hop;
      if (self->settings != NULL)
        g_settings_set_int (self->settings, HOP_KEYS[side],
                            (int) CLAMP (hop / MS, SV_WIRE_BAR_MIN_HOP, SV_WIRE_BAR_MAX_HOP));
    }
  self->loss = sv_wire_get_loss (wire);
  self->holding = sv_wire_is_holding (wire);
}

static void
wire_changed_cb (SvNetworkActions *self, SvWire *wire)
{
  remember (self, wire);
  show (self);
}

/* A wire is set once: one that is shown again is as it was left. */
static void
prepare (SvNetworkActions *self, SvWire *wire)
{
  static const char PREPARED[] = "sv-network-actions-prepared";

  if (g_object_get_data (G_OBJECT (wire), PREPARED) == NULL)
    {
      for (int side = 0; side < 2; side++)
        sv_wire_set_hop (wire, (SvSide) side, self->hop[side]);
      sv_wire_set_loss (wire, self->loss, g_random_int ());
      sv_wire_set_holding (wire, self->holding);
      g_object_set_data (G_OBJECT (wire), PREPARED, wire);
    }
  remember (self, wire);
}

static void
disconnect (SvNetworkActions *self)
{
  if (self->network != NULL)
    {
      g_signal_handlers_disconnect_by_data (sv_network_get_wire (self->network), self);
      g_signal_handlers_disconnect_by_data (self->network, self);
    }
  g_clear_object (&self->network);
}

static void
sv_network_actions_dispose (GObject *object)
{
  SvNetworkActions *self = SV_NETWORK_ACTIONS (object);

  disconnect (self);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sv_network_actions_parent_class)->dispose (object);
}

static void
sv_network_actions_class_init (SvNetworkActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_network_actions_dispose;

  signals[NAT_WANTED] = g_signal_new ("nat-wanted", SV_TYPE_NETWORK_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[FAILED] = g_signal_new ("failed", SV_TYPE_NETWORK_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TOLD] = g_signal_new ("told", SV_TYPE_NETWORK_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
}

static void
sv_network_actions_init (SvNetworkActions *self)
{
  self->hop[0] = self->hop[1] = SV_NETWORK_ACTIONS_HOP * MS;
}

/**
 * sv_network_actions_new:
 * @map: gets the actions; must live as long as this
 * @settings: (nullable): remembers the hops
 */
SvNetworkActions *
sv_network_actions_new (GActionMap *map, GSettings *settings)
{
  SvNetworkActions *self;

  g_return_val_if_fail (G_IS_ACTION_MAP (map), NULL);

  self = g_object_new (SV_TYPE_NETWORK_ACTIONS, NULL);
  self->map = map;
  g_set_object (&self->settings, settings);
  for (int side = 0; side < 2 && settings != NULL; side++)
    self->hop[side] = g_settings_get_int (settings, HOP_KEYS[side]) * MS;
  g_action_map_add_action_entries (map, entries, G_N_ELEMENTS (entries), self);
  show (self);
  return self;
}

/**
 * sv_network_actions_set_hop:
 * @hop: in ns, in both directions: for this run only, so that it is not remembered
 */
void
sv_network_actions_set_hop (SvNetworkActions *self, gint64 hop)
{
  g_return_if_fail (SV_IS_NETWORK_ACTIONS (self));
  g_return_if_fail (hop >= 0);

  /* Each just before the wire tells of it: what is known already is not remembered. */
  for (int side = 0; side < 2; side++)
    {
      self->hop[side] = hop;
      if (self->network != NULL)
        sv_wire_set_hop (get_wire (self), (SvSide) side, hop);
    }
}

/**
 * sv_network_actions_set_network:
 * @network: (nullable): which is shown; its wire is given what the last one had
 */
void
sv_network_actions_set_network (SvNetworkActions *self, SvNetwork *network)
{
  g_return_if_fail (SV_IS_NETWORK_ACTIONS (self));

  if (network == self->network)
    return;
  disconnect (self);
  if (network != NULL && sv_network_is_open (network))
    {
      self->network = g_object_ref (network);
      prepare (self, get_wire (self));
      g_signal_connect_swapped (get_wire (self), "changed", G_CALLBACK (wire_changed_cb), self);
      g_signal_connect_swapped (network, "ended", G_CALLBACK (show), self);
    }
  show (self);
}
