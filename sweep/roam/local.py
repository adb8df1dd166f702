# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the missing runs of a plan in processes of this machine."""

import queue
import threading


def run_all(missing, worker, processes, progress):
    """Makes them, so many at a time, and tells the progress of each. On an exception, as the user's
    interrupt, what is under way is ended, and nothing more begins."""
    todo = queue.SimpleQueue()
    done = queue.SimpleQueue()
    for run in missing:
        todo.put(run)

    def work():
        while True:
            try:
                run = todo.get_nowait()
            except queue.Empty:
                return
            try:
                done.put(worker.make(run))
            except BaseException as error:  # told by the main thread
                done.put(error)
                return

    threads = [threading.Thread(target=work, daemon=True) for _ in range(processes)]
    for thread in threads:
        thread.start()
    try:
        for _ in missing:
            outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            progress.done(outcome)
    except BaseException:
        while True:
            try:
                todo.get_nowait()
            except queue.Empty:
                break
        worker.simulator.stop()
        for thread in threads:
            thread.join(5)
        raise
