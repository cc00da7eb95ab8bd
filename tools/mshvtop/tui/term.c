// SPDX-License-Identifier: GPL-2.0
/*
 * The terminal. Signals are taken from a descriptor, so that nothing is drawn or freed in a
 * handler; only Ctrl-Z is left to curses. Messages on standard error are kept in a file and printed
 * when the terminal is given back.
 */
#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include "err.h"
#include "tui/style.h"

/* How long after Esc the rest of a function key may come; a person is slower. */
#define ESC_DELAY_MS	25

static SCREEN *terminal;
static sigset_t old_mask;
static int signal_fd = -1;
static int kept_fd = -1;	/* what was written to standard error meanwhile */
static int old_stderr = -1;

static void keep_errors(void)
{
	if (!isatty(STDERR_FILENO))
		return;
	kept_fd = memfd_create("stderr", MFD_CLOEXEC);
	old_stderr = dup(STDERR_FILENO);
	if (kept_fd < 0 || old_stderr < 0)
		return;
	fflush(stderr);
	dup2(kept_fd, STDERR_FILENO);
}

static void release_errors(void)
{
	char text[4096];
	ssize_t n;

	if (kept_fd >= 0 && old_stderr >= 0) {
		fflush(stderr);
		dup2(old_stderr, STDERR_FILENO);
		lseek(kept_fd, 0, SEEK_SET);
		while ((n = read(kept_fd, text, sizeof(text))) > 0)
			if (write(STDERR_FILENO, text, n) != n)
				break;
	}
	if (kept_fd >= 0)
		close(kept_fd);
	if (old_stderr >= 0)
		close(old_stderr);
	kept_fd = -1;
	old_stderr = -1;
}

/**
 * term_last_error() - the last message that was written to standard error
 * @text: the result, without the end of the line; empty if there was none
 * @size: of @text
 */
void term_last_error(char *text, size_t size)
{
	char tail[512];
	off_t end = kept_fd < 0 ? 0 : lseek(kept_fd, 0, SEEK_END);
	off_t from = end > (off_t)sizeof(tail) - 1 ? end - (off_t)sizeof(tail) + 1 : 0;
	ssize_t n = end > 0 ? pread(kept_fd, tail, sizeof(tail) - 1, from) : 0;
	char *line;

	tail[n > 0 ? n : 0] = '\0';
	while (n > 0 && tail[n - 1] == '\n')
		tail[--n] = '\0';
	line = strrchr(tail, '\n');
	snprintf(text, size, "%s", line ? line + 1 : tail);
}

static bool block_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT, SIGWINCH };
	sigset_t mask;
	size_t i;

	sigemptyset(&mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&mask, signals[i]);
	sigprocmask(SIG_BLOCK, &mask, &old_mask);
	signal_fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signal_fd >= 0)
		return true;
	err_errno("signalfd");
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
	return false;
}

/**
 * term_close() - give the terminal back as it was, and print what was written to standard error
 */
void term_close(void)
{
	if (terminal) {
		endwin();
		delscreen(terminal);
		terminal = NULL;
	}
	release_errors();
	close(signal_fd);
	signal_fd = -1;
	sigprocmask(SIG_SETMASK, &old_mask, NULL);
}

/**
 * term_open() - take the terminal over
 * @color: use colours where it has them
 * @mouse: be told of the mouse
 *
 * Standard input and output must be a terminal, and the locale's characters (LC_CTYPE) be set.
 *
 * Return: false if that cannot be done, which has been reported.
 */
bool term_open(bool color, bool mouse)
{
	const char *name = getenv("TERM");

	if (!block_signals())
		return false;
	/*
	 * The size comes from the terminal, not from the variables LINES and COLUMNS, which may be
	 * out of date.
	 */
	use_tioctl(TRUE);
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal || !cursor_address) {
		term_close();
		err("TERM=%s: no terminal that a screen can be drawn on; use -b", name ? name : "");
		return false;
	}
	keep_errors();
	set_escdelay(ESC_DELAY_MS);
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	if (mouse) {
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
		/*
		 * A press of a button is reported at once; curses would wait whether the press
		 * becomes a click.
		 */
		mouseinterval(0);
	}
	style_init(color);
	return true;
}

/**
 * term_signal_fd() - a descriptor that is readable when term_take_signals() has something to do
 */
int term_signal_fd(void)
{
	return signal_fd;
}

/**
 * term_redraw() - let the next doupdate() draw everything, whatever is there
 */
void term_redraw(void)
{
	clearok(curscr, TRUE);
}

static void take_size(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
}

/**
 * term_take_signals() - act on the signals that have come
 *
 * Return: false if one of them asks for the end.
 */
bool term_take_signals(void)
{
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCONT:
			/*
			 * Another program may have changed the terminal's mode while this process
			 * was stopped.
			 */
			reset_prog_mode();
			take_size();
			term_redraw();
			break;
		case SIGWINCH:
			take_size();
			break;
		default:
			return false;
		}
	}
	return true;
}
