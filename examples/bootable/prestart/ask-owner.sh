#!/bin/sh
# Asks whom the computer is for and puts the answer into the environment, where every later step finds it.
printf 'Who is this computer for? '
read -r owner
bootwright-env set OSDComputerOwner "$owner"
