// SPDX-License-Identifier: GPL-2.0
/*
 * A module that does, as it is loaded, the wrong that its parameter names, so that a run of the
 * tests shows that the kernel's checks see it and that the run fails because of them. It is built
 * for the debug kernel only and never leaves the virtual machine.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *fault = "none";
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "What to do wrong");

/* They protect nothing; what counts is how they are taken. */
static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);
static DEFINE_SPINLOCK(spinlock);

static void do_nothing(void)
{
}

static void use_after_free(void)
{
	char *p = kzalloc(64, GFP_KERNEL);

	if (!p)
		return;
	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	READ_ONCE(p[8]);
}

/* More than one, as what is left in registers and on the stack may still point at the last. */
static void leak(void)
{
	void *p;
	int i;

	for (i = 0; i < 16; i++) {
		p = kzalloc(200, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(p);
	}
}

static void invert_locks(void)
{
	mutex_lock(&outer);
	mutex_lock(&inner);
	mutex_unlock(&inner);
	mutex_unlock(&outer);

	mutex_lock(&inner);
	mutex_lock(&outer);
	mutex_unlock(&outer);
	mutex_unlock(&inner);
}

static void sleep_in_atomic(void)
{
	spin_lock(&spinlock);
	msleep(20);
	spin_unlock(&spinlock);
}

static void get_dead_reference(void)
{
	refcount_t count = REFCOUNT_INIT(1);

	if (refcount_dec_and_test(&count))
		refcount_inc(&count);
}

static void add_to_list_twice(void)
{
	struct list_head entry;
	LIST_HEAD(list);

	list_add(&entry, &list);
	list_add(&entry, &list);
}

static void dereference_without_rcu(void)
{
	static int value;
	static int __rcu *p = (int __rcu __force *)&value;

	READ_ONCE(*rcu_dereference(p));
}

static const struct {
	const char *name;
	void (*run)(void);
} faults[] = {
	{ "none", do_nothing },
	{ "use-after-free", use_after_free },
	{ "leak", leak },
	{ "lock-inversion", invert_locks },
	{ "atomic-sleep", sleep_in_atomic },
	{ "dead-reference", get_dead_reference },
	{ "list-corruption", add_to_list_twice },
	{ "no-rcu-lock", dereference_without_rcu },
};

static int __init faults_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strcmp(faults[i].name, fault))
			continue;
		faults[i].run();
		return 0;
	}
	pr_err("fault=%s: no such fault\n", fault);
	return -EINVAL;
}

static void __exit faults_exit(void)
{
}

module_init(faults_init);
module_exit(faults_exit);

MODULE_DESCRIPTION("Deliberate faults, for tests of the debug kernel");
MODULE_LICENSE("GPL");
