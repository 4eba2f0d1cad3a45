/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-settings.h"

/* Both profiles share it. */
#define SCHEMA_ID "org.example.SockView"

/**
 * sv_settings_open:
 *
 * What is remembered from one start to the next.
 *
 * Returns: (transfer full) (nullable): %NULL where our schema is not installed
 *   (GSettings would abort); then every start is a first one
 */
GSettings *
sv_settings_open (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
