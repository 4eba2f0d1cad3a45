/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text-mode.h"

#include "sv-recording.h"

G_BEGIN_DECLS

/**
 * SvTextPrinter:
 * @status: (inout): how the program is to end: #SvExit, or 128 and a signal
 *
 * Prints the facts of a recording as they come, one a line, and runs the main
 * loop until somebody has had enough: SIGINT, SIGTERM, a reader that left, a
 * time that is over.
 */
typedef struct
{
  SvTextFormat format;
  SvRecording *recording;
  GMainLoop *loop;
  GString *text;
  int status;
  gboolean reader_left;
} SvTextPrinter;

void sv_text_printer_init (SvTextPrinter *self, SvTextFormat format);
void sv_text_printer_clear (SvTextPrinter *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SvTextPrinter, sv_text_printer_clear)

void sv_text_printer_run (SvTextPrinter *self);
void sv_text_printer_quit (SvTextPrinter *self);
void sv_text_printer_write (SvTextPrinter *self, const char *line);

gboolean sv_text_parse_seconds (const char *option, const char *text, double *seconds, GError **error);

G_END_DECLS
