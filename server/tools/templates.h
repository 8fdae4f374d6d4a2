/* SPDX-License-Identifier: MIT */
/* The files of sdk/template, embedded by the build. */
#ifndef MORTISE_TOOLS_TEMPLATES_H
#define MORTISE_TOOLS_TEMPLATES_H

struct template
{
    const char *name; /* of the file, without ".in" */
    const char *text; /* with @NAME@ where the plugin's name goes */
};

extern const struct template templates[]; /* the last has no name */

#endif
