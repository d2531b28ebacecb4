import test from 'ava'
import { readsOrRefuses } from './mutated-images.ts'

readsOrRefuses(test, 1500)
