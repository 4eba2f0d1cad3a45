/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-quantity.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define THIN_SPACE "\xe2\x80\x89"

/**
 * sv_quantity_format_number:
 *
 * Returns: (transfer full): "20 000", grouped by thin spaces from five digits
 *   on, as SI asks for
 */
char *
sv_quantity_format_number (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  gsize length = strlen (digits);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && length > 4 && (length - i) % 3 == 0)
        g_string_append (text, THIN_SPACE);
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

/**
 * sv_quantity_round:
 *
 * Returns: @value rounded to two significant digits
 */
double
sv_quantity_round (double value)
{
  double scale;

  if (value <= 0)
    return 0;
  scale = pow (10, floor (log10 (value)) - 1);
  return round (value / scale) * scale;
}

/**
 * sv_quantity_format_duration:
 * @ns: in ns, not negative
 *
 * Returns: (transfer full): two significant digits and the unit that fits:
 *   "69 µs", "4.2 s", "2 min"
 */
char *
sv_quantity_format_duration (gint64 ns)
{
  static const struct { double ns; const char *unit; } UNITS[] = {
    { 3600e9, N_("h") }, { 60e9, N_("min") }, { 1e9, N_("s") }, { 1e6, N_("ms") }, { 1e3, N_("µs") },
  };
  double rounded = sv_quantity_round ((double) MAX (ns, 0));

  for (guint i = 0; i < G_N_ELEMENTS (UNITS); i++)
    {
      double value = rounded / UNITS[i].ns;

      if (value < 0.9999)
        continue;
      /* Tenths only where they are significant, and not where they are zero. */
      gboolean tenths = value < 9.95 && fabs (value - round (value)) > 0.01;
      return g_strdup_printf (tenths ? "%.1f %s" : "%.0f %s", value, _(UNITS[i].unit));
    }
  return g_strdup_printf ("%.0f %s", rounded, _("ns"));
}
