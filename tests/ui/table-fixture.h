/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "sv-compat.h"
#include "sv-table-result.h"

/* Rows for tests of the table: n connections from one address, told apart by
 * their ports, in the order of these ports. */
static inline SvTableRow
make_row (guint64 key, guint16 port)
{
  SvTableRow row = { 0 };

  row.row.key = row.row.cookie = key;
  row.row.protocol = IPPROTO_TCP;
  row.row.family = AF_INET;
  row.row.state = SV_TCP_ESTABLISHED;
  row.row.local = (SvEndpoint){ .family = AF_INET, .port = port, .address = { 127, 0, 0, 1 } };
  row.row.foreign = (SvEndpoint){ .family = AF_INET, .port = 9999, .address = { 127, 0, 0, 1 } };
  row.row.inode = (guint32) key;
  return row;
}

/* The same rows, each with its key from @first on, and its port @step apart. */
static inline GArray *
make_rows (guint first, guint n, guint step)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (SvTableRow));

  for (guint i = 0; i < n; i++)
    {
      SvTableRow row = make_row (first + i, (guint16) (1000 + (first + i) * step));
      g_array_append_val (rows, row);
    }
  return rows;
}

static inline SvTableResult *
make_result (GArray *rows, const char *text)
{
  g_autoptr (SvTableQuery) query = sv_table_query_new (text, FALSE, SV_COLUMN_PROTO, FALSE);

  return sv_table_result_new (query, rows);
}

/* Runs the main loop until @condition holds; a test that waits for ever fails. */
#define wait_until(condition)                                                    \
  G_STMT_START                                                                   \
  {                                                                              \
    gint64 deadline_ = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;            \
    guint ticker_ = g_timeout_add (5, G_SOURCE_FUNC (wait_tick_cb), NULL);       \
    while (!(condition) && g_get_monotonic_time () < deadline_)                  \
      g_main_context_iteration (NULL, TRUE);                                     \
    g_source_remove (ticker_);                                                   \
    g_assert_true (condition);                                                   \
  }                                                                              \
  G_STMT_END

static inline gboolean
wait_tick_cb (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static inline void
count_frame_cb (guint *frames)
{
  (*frames)++;
}

/* Until the window has been laid out and drawn once more. */
static inline void
wait_frame (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  guint frames = 0;
  gulong handler = g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (count_frame_cb), &frames);

  gtk_widget_queue_draw (window);
  wait_until (frames > 0);
  g_signal_handler_disconnect (clock, handler);
}
