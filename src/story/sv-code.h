/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-explain.h"

G_BEGIN_DECLS

typedef enum
{
  SV_CODE_C,
  SV_CODE_PYTHON,
  SV_N_CODE_LANGUAGES
} SvCodeLanguage;

/**
 * SvCode:
 *
 * The source of a small server or client that makes the calls which the
 * recording has, and which line makes which: data/code/README.md.
 */
typedef struct _SvCode SvCode;

SvCode *sv_code_new (SvCodeLanguage language, SvSide side);
void sv_code_free (SvCode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvCode, sv_code_free)

const char *sv_code_get_name (SvCode *self);
const char *sv_code_get_text (SvCode *self);
guint sv_code_get_n_lines (SvCode *self);
const char *sv_code_get_call (SvCode *self, guint line);
guint sv_code_find_line (SvCode *self, const SvFact *call);

SvExplanation *sv_code_explain (const char *call);

G_END_DECLS
