// SPDX-License-Identifier: GPL-2.0
/* The half that both stand-ins have, compiled again, as an object is part of one module only. */
#include "../standin.c"
