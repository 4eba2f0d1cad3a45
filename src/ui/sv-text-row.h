/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-cell.h"

G_BEGIN_DECLS

#define SV_TEXT_ROW_MAX 5

/**
 * SvTextField:
 * @text: (nullable): copied
 * @chars: how many digits wide it is at most; 0: it shares what the others leave
 */
typedef struct
{
  const char *text;
  guint chars;
  SvTextStyle style;
  SvPaint paint;
  gboolean at_end;
} SvTextField;

/* A line of a list: a few texts in columns. */
#define SV_TYPE_TEXT_ROW (sv_text_row_get_type ())
G_DECLARE_FINAL_TYPE (SvTextRow, sv_text_row, SV, TEXT_ROW, SvCell)

GtkWidget *sv_text_row_new (void);
void sv_text_row_set_fields (SvTextRow *self, const SvTextField *fields, guint n);
void sv_text_row_set_marked (SvTextRow *self, gboolean marked);

G_END_DECLS
