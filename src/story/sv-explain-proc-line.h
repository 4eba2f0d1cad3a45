/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-diag-info.h"
#include "sv-explain.h"
#include "sv-proc-line.h"

G_BEGIN_DECLS

/**
 * SvDetail: something the kernel counts or measures.
 * @name: the kernel's word, untranslated
 * @value: with its unit, translated
 * @meaning: in plain words, translated
 */
typedef struct
{
  const char *name;
  char *value;
  const char *meaning;
} SvDetail;

SvExplanation *sv_explain_proc_field (const char *text, const SvProcLine *line, guint index);
GPtrArray *sv_explain_diag_info (const SvSocketRow *row, const SvDiagInfo *info);
char *sv_explain_timer (const SvSocketRow *row, gint64 now);

G_END_DECLS
