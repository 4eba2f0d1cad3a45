/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-space.h"
#include "sv-socket-row.h"

G_BEGIN_DECLS

/**
 * SvQuizTable:
 * @rows: (element-type SvSocketRow): each with a key of its own
 * @ports: (nullable): how the machine divides its ports
 *
 * @by_tuple: connected TCP rows by their four-tuple, IPv4 whether mapped or not
 * @by_local: of each local end, the first connected TCP row
 *
 * A socket table that questions are made of: the machine's at this moment, or
 * an example. @rows and @ports are not owned.
 */
typedef struct
{
  GArray *rows;
  SvPortSpace *ports;
  GHashTable *by_tuple;
  GHashTable *by_local;
} SvQuizTable;

void sv_quiz_table_init (SvQuizTable *self, GArray *rows, SvPortSpace *ports);
void sv_quiz_table_clear (SvQuizTable *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SvQuizTable, sv_quiz_table_clear)

typedef gboolean (*SvQuizWanted) (const SvQuizTable *table, const SvSocketRow *row);

GArray *sv_quiz_table_new_example (void);

const SvSocketRow *sv_quiz_table_pick (const SvQuizTable *self, SvQuizWanted wanted, GRand *random);
const SvSocketRow *sv_quiz_table_find_twin (const SvQuizTable *self, const SvSocketRow *row);
const SvSocketRow *sv_quiz_table_find_sibling (const SvQuizTable *self, const SvSocketRow *row);
const SvSocketRow *sv_quiz_table_find_listener (const SvQuizTable *self, const SvSocketRow *row);
gboolean sv_quiz_table_has_listener (const SvQuizTable *self, const SvSocketRow *row);
gboolean sv_quiz_table_has_port (const SvQuizTable *self, guint16 port, guint8 protocol);
gboolean sv_quiz_table_is_ephemeral (const SvQuizTable *self, guint16 port);

gboolean sv_quiz_row_is_connected (const SvSocketRow *row);
gboolean sv_quiz_row_is_listener (const SvSocketRow *row);
char *sv_quiz_row_format (const SvSocketRow *row);
char *sv_quiz_row_format_gap (const SvSocketRow *row);
char *sv_quiz_rows_format (const SvSocketRow *const *rows, guint n);

G_END_DECLS
