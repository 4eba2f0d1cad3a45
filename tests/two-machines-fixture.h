/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Two machines of this kernel with their lab and their wire, for tests without a display. */

#include "sv-network.h"

#include <netinet/in.h>

#define MS G_GINT64_CONSTANT (1000000)
#define PATIENCE_S 30
#define PORT 9999

typedef struct
{
  SvRecording *recording;
  SvNetwork *network;
  SvLab *lab;
  SvWire *wire;
  guint n_received[2]; /* bytes, by SvSide */
  guint n_connected;
} Fixture;

static gboolean available;
static char *reason;

/* ---- Waiting: for a condition, with a deadline. */

typedef gboolean (*Condition) (Fixture *fixture, gpointer data);

static inline gboolean
too_late_cb (gpointer data)
{
  g_error ("what was waited for never came");
  return G_SOURCE_REMOVE;
}

static inline gboolean
look_again_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static inline void
wait_longer_for (Fixture *fixture, Condition condition, gpointer data, guint seconds)
{
  guint deadline = g_timeout_add_seconds (seconds, too_late_cb, NULL);
  guint tick = g_timeout_add (2, look_again_cb, NULL);

  while (!condition (fixture, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  g_source_remove (tick);
}

static inline void
wait_for (Fixture *fixture, Condition condition, gpointer data)
{
  wait_longer_for (fixture, condition, data, PATIENCE_S);
}

static inline gboolean
has_flights (Fixture *fixture, gpointer n)
{
  return sv_wire_get_n_flights (fixture->wire) >= GPOINTER_TO_UINT (n);
}

/* ---- Fixture. */

static inline void
received_cb (SvLab *lab, guint connection, guint side, guint64 length, gpointer user_data)
{
  ((Fixture *) user_data)->n_received[side] += (guint) length;
}

static inline void
connected_cb (SvLab *lab, guint connection, gpointer user_data)
{
  ((Fixture *) user_data)->n_connected++;
}

static inline void
open_network (Fixture *fixture, gboolean nat, gint64 hop)
{
  g_autoptr (GError) error = NULL;

  fixture->network = sv_network_new (fixture->recording, nat, &error);
  g_assert_no_error (error);
  fixture->lab = sv_network_get_lab (fixture->network);
  fixture->wire = sv_network_get_wire (fixture->network);
  sv_wire_set_hop (fixture->wire, SV_SIDE_CLIENT, hop);
  sv_wire_set_hop (fixture->wire, SV_SIDE_SERVER, hop);
  g_signal_connect (fixture->lab, "received", G_CALLBACK (received_cb), fixture);
  g_signal_connect (fixture->lab, "connected", G_CALLBACK (connected_cb), fixture);
}

static inline void
set_up_network (Fixture *fixture, gboolean nat, gint64 hop)
{
  *fixture = (Fixture){ .recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY) };
  open_network (fixture, nat, hop);
}

static inline void
tear_down (Fixture *fixture)
{
  g_clear_object (&fixture->network);
  g_clear_object (&fixture->recording);
}

/* The state of the connection's row on the machine of @side, NONE without one. */
static inline SvTcpState
get_state (Fixture *fixture, guint id, SvSide side)
{
  SvMachineId machine = side == SV_SIDE_CLIENT ? SV_MACHINE_CLIENT : SV_MACHINE_SERVER;
  const SvSocketRow *row;
  SvEndpoint own, peer;

  sv_connection_get_ends (sv_recording_get_connection (fixture->recording, id), side, &own, &peer);
  row = sv_row_table_find (sv_recording_get_table (fixture->recording, machine), IPPROTO_TCP, &own, &peer);
  return row != NULL ? row->state : SV_TCP_NONE;
}

/* ---- Running: where namespaces or the tun device are closed, only that can be said. */

static inline void
try_once (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (10);
  g_autoptr (GError) error = NULL;
  g_autoptr (SvNetwork) network = sv_network_new (recording, FALSE, &error);

  available = network != NULL;
  if (available)
    return;
  reason = g_strdup (error->message);
  g_assert_true (g_error_matches (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_USER_NAMESPACE)
                 || g_error_matches (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_NETWORK_NAMESPACE)
                 || g_error_matches (error, SV_VIRTUAL_MACHINE_ERROR, SV_VIRTUAL_MACHINE_ERROR_TUN));
}

typedef struct
{
  void (*run) (void);
} Test;

static inline void
run_test (gconstpointer data)
{
  if (available)
    ((const Test *) data)->run ();
  else
    g_test_skip (reason);
}
