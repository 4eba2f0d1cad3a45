/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-explain.h"

void assert_sentence (const char *text);
void assert_explanation (const SvExplanation *explanation);
gboolean says (const SvExplanation *explanation, const char *words);
SvEndpoint endpoint (const char *text);
