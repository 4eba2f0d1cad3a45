/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses of the command. */
typedef enum
{
  SV_EXIT_OK = 0,
  SV_EXIT_FAILED = 1,
  SV_EXIT_USAGE = 2,
} SvExit;

typedef enum
{
  SV_TEXT_FORMAT_TEXT,
  SV_TEXT_FORMAT_JSON,
} SvTextFormat;

typedef enum
{
  SV_TEXT_SOURCE_DEFAULT,
  SV_TEXT_SOURCE_NETLINK,
  SV_TEXT_SOURCE_PROC,
} SvTextSource;

SvExit sv_text_mode_netstat (SvTextFormat format, SvTextSource source);

void sv_text_mode_complain (const char *sentence);
gboolean sv_text_mode_write (GString *text, SvExit *status);

G_END_DECLS
