"""Reading newsletters in a sandbox: a process of its own with limits on CPU time, memory and the clock."""
